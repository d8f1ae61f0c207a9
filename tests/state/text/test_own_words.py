"""A phone shows two languages on one screen: a language's own words lose their tones, and the others keep theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.text.encoding import Folding, in_gsm
from state.text.own_words import MixedFolding, tones_of
from state.text.page_format import paper
from state.text.translations import read_wordings
from tests.support.conversation import USSD
from tests.support.texts import signs

WHOLE = Folding({"ɔ": "o", "ɛ": "e", "ɖ": "d", "à": "a", "è": "e", "é": "e", "ì": "i", "ò": "o", "ù": "u"})
SAID = [
    ("Changer de langue", "Ɖyɔ́ gbé"),
    ("Choisir une langue", "Cyán gbé"),
    ("Langue, Gbé, Èdè", "Gbé, Langue, Èdè"),
    ("Refusé(e)", "Refusé(e), é dín ǎ"),
    ("Voulez-vous continuer ?", "A jló ná yi nukɔn à ?"),
    ("Demandez à la mairie", "Yì mairie"),
    ("Ce numéro", "Numéro élɔ́"),
    ("Trop de numéros", "Numéro susu"),
]
MIXED = MixedFolding(WHOLE, SAID)

ROWS = [
    ("a French text", "Félicitations ! Le relevé est prêt.", "Félicitations ! Le relevé est pret."),
    ("the language's own words", "Yì : é dín, gbé", "Yi : e din, gbe"),
    ("its capitals", "YÌ É É", "YI E E"),
    ("a French word in a translation", "Refusé(e), é dín ǎ", "Refusé(e), e din a"),
    ("a French word in another form", "Numéro susu", "Numéro susu"),
    ("an own word that one French text has", "Gbé", "Gbe"),
    ("a word of a third language that both have", "Èdè", "Edè"),
    ("a name from a file", "Sèmè-Podji, Ouèssè", "Sèmè-Podji, Ouèssè"),
    ("letters that no phone has, in any word", "Fɔngbe ɖokpó", "Fongbe dokpo"),
    ("a shared word before a French one", "Délai : à confirmer", "Délai : à confirmer"),
    ("a shared word at the end", "A jló à ?", "A jlo a ?"),
    ("a shared word before an own one", "à yi", "a yi"),
    ("marks apart from their letters", "Ne\u0301 : ye\u0300 gbe\u0301", "Né : yè gbe"),
    ("no tone at all", "BAC 2026", "BAC 2026"),
    ("nothing", "", ""),
]


@pytest.mark.parametrize(("text", "shown"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_only_own_words_lose_their_tones(text: str, shown: str) -> None:
    assert MIXED(text) == shown
    assert MIXED(shown) == shown


def test_words_of_a_fallback_language_are_own(tmp_path: Path) -> None:
    below = MixedFolding(WHOLE, [("Bonjour", "Kpɔ́ xwé")], MIXED.own)
    assert below("Gbé, xwé, délai") == "Gbe, xwe, délai"


@given(st.lists(signs | st.sampled_from(["é", "à", "gbé", "yì", "mairie", " ", "ɔ́"]), max_size=40).map("".join))
def test_any_mixed_text_is_shown_by_a_phone(text: str) -> None:
    assert in_gsm(MIXED(text))


def test_folding_without_tones_has_none_to_drop() -> None:
    assert tones_of(Folding({"ɔ": "o"})) == ""
    assert tones_of(WHOLE) == "Éàèéìòù"
    assert MixedFolding(Folding({"ɔ": "o"}), SAID)("Yì gbé ɔ") == "Yì gbé o"


SHOWN = [
    ("fon", "Félicitations ! Délai : à confirmer", "Félicitations ! Délai : à confirmer"),
    ("fon", "A jló ná yi nukɔn à ? 5 àyìdósùn 2026", "A jlo na yi nukon a ? 5 ayidosun 2026"),
    ("yo", "Absent(e): kò wá, 5 Oshù Òkúdu 2026", "Absent(e): ko wa, 5 Oshu Okudu 2026"),
    ("yo", "Yorùbá : délai, pièces", "Yoruba : délai, pièces"),
    ("bba", "Numéro kùn waare. Où aller : Sèmè-Podji", "Numéro kun waare. Où aller : Sèmè-Podji"),
    ("fr", "Délai : à confirmer, Yì", "Délai : à confirmer, Yì"),
]


@pytest.mark.parametrize(("code", "text", "shown"), SHOWN)
def test_our_languages_leave_french_its_accents(code: str, text: str, shown: str) -> None:
    language = read_wordings(Path("locales"))[0][code].language
    assert paper(language, USSD).sheet(text).write(text) == shown
