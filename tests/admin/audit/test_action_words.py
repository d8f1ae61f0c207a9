"""Actions and details of the audit are shown in French words."""

from __future__ import annotations

import re

import pytest

from accounts.audit import AuditEntry
from admin.audit.action_words import DETAILS, action_words, detail_lines, moment


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("menus publish", "menus publiés"),
        ("refused: menus publish", "refusé : menus publiés"),
        ("refused: desk view", "refusé : demande au bureau"),
        ("unheard of", ""),
    ],
)
def test_action_is_said_in_french(action: str, words: str) -> None:
    assert action_words(action) == words


def test_details_are_said_in_french() -> None:
    details = {"why": "prix de 2027", "made_at": "1798628400", "at": "bientôt", "x": "1"}
    entry = AuditEntry(1, 0, "awa", "menus publish", "v", details, "h")
    assert list(detail_lines(entry)) == [
        ("pourquoi", "prix de 2027"),
        ("faite le", "30/12/2026 à 12:00"),
        ("pour le", "bientôt"),
        ("x", "1"),
    ]
    assert all(re.search(r"[a-zé]", words) for words in DETAILS.values())


@pytest.mark.parametrize("at", ["now", None, 10**30])
def test_impossible_time_is_shown_as_it_is(at: object) -> None:
    assert moment(at) == str(at)
