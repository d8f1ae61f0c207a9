"""What a notification says: kinds and counts in French, and where to switch it off."""

from __future__ import annotations

from typing import get_args

from accounts.contacts import WAY_NAMES, Way
from notifications.mailer import Why
from notifications.problems import WORDS
from notifications.task_kinds import NAMES, Kind
from notifications.wording import email_text, sms_text
from state.text.encoding import in_gsm, septets


def test_every_kind_reason_and_way_has_words() -> None:
    assert set(NAMES) == set(get_args(Kind))
    assert set(WORDS) == {*get_args(Why), "unreadable"}
    assert set(WAY_NAMES) == set(get_args(Way))


def test_email_lists_what_waits_and_says_where_to_switch_it_off() -> None:
    text = email_text({"results": 1, "translations": 12})
    assert "- 1 fichier de résultats à approuver ou à publier\n- 12 textes traduits à relire\n" in text
    assert "page « Mon compte »,\nbouton « Ne plus me prévenir »" in text


def test_sms_of_two_kinds_is_one_part() -> None:
    text = sms_text({"menus": 1, "translations": 12})
    assert text == (
        "Zin : 1 version des menus à approuver, 12 textes traduits à relire. Voir le bureau, page Accueil. "
        "Pour ne plus en recevoir : page Mon compte."
    )
    assert septets(text) <= 160


def test_every_sms_is_in_the_alphabet_of_gsm() -> None:
    assert in_gsm(sms_text(dict.fromkeys(NAMES, 1)))
    assert in_gsm(sms_text(dict.fromkeys(NAMES, 12_345)))
