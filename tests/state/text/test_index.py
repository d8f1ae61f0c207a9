"""The index of a search: what is near, what ranks first, what is sure, and what finds nothing."""

from __future__ import annotations

import pytest

from state.text.index import MAX_WORDS, SURE, Index

ABOUT = {
    "acte": ("Acte de naissance", "extrait de naissance", "copie d'acte"),
    "naissance": ("Déclarer une naissance", "bébé"),
    "deces": ("Déclarer un décès",),
    "casier": ("Casier judiciaire", "casier", "bulletin 3", "moralité"),
    "retraite": ("Pension de retraite",),
    "permis": ("Permis de conduire",),
    "batir": ("Permis de construire", "terrain"),
    "electricite": ("Facture d'électricité", "SBEE"),
    "eau": ("Facture d'eau", "SONEB"),
    "cnss": ("Attestation CNSS",),
}
ASIDE = {"permis": ("Transport",), "batir": ("Logement",), "casier": ("Justice",)}
INDEX = Index(ABOUT, ASIDE)
ELSE = ("", "football", "je t'aime", "12345", "il pleut demain", "mon père", "? !", "zzz zzz")


def found(typed: str) -> list[str]:
    return [match.name for match in INDEX.find(typed, 9)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("extrait de naissance", "acte"),
        ("estrait de nésance", "acte"),
        ("acte de nessance svp", "acte"),
        ("actedenaissance", "acte"),
        ("acte nais sance", "acte"),
        ("kasié judissière", "casier"),
        ("casierjudiciaire", "casier"),
        ("csr judiciaire", "casier"),
        ("bultin", "casier"),
        ("déclaration de décès", "deces"),
        ("déklarassion d'un dessè", "deces"),
        ("c n s s", "cnss"),
        ("factur deau", "eau"),
        ("lélectricité", "electricite"),
        ("permi kondwir", "permis"),
        ("ret", "retraite"),
        ("transport", "permis"),
    ],
)
def test_typed_words_find_their_entry_first(typed: str, first: str) -> None:
    assert found(typed)[:1] == [first]


@pytest.mark.parametrize("typed", ELSE)
def test_text_about_something_else_finds_nothing(typed: str) -> None:
    assert found(typed) == []


def test_word_is_not_near_one_with_other_letters() -> None:
    assert "retraite" not in found("extrait de naissance")


def test_unknown_words_lower_the_score() -> None:
    one, two, three = (INDEX.find(typed, 1)[0].score for typed in ("casier", "casier voisin", "casier voisin dimanche"))
    assert one > two > SURE > three


def test_word_of_the_operator_is_as_sure_as_the_name() -> None:
    assert INDEX.find("moralité", 1)[0].score == INDEX.find("casier judiciaire", 1)[0].score == 1


@pytest.mark.parametrize(
    ("asked", "first"), [({"eau": 5}, "eau"), ({"electricite": 5}, "electricite"), ({"eau": 1}, "electricite")]
)
def test_what_is_asked_most_ranks_first_among_equals(asked: dict[str, int], first: str) -> None:
    assert Index(ABOUT, ASIDE, asked).find("facture", 9)[0].name == first


def test_what_is_asked_most_never_outranks_a_better_match() -> None:
    assert Index(ABOUT, ASIDE, {"electricite": 5, "eau": 1}).find("facture d'eau", 9)[0].name == "eau"


def test_only_the_first_words_are_searched() -> None:
    assert found(" ".join(f"mot{number}" for number in range(MAX_WORDS)) + " casier") == []


def test_empty_index_finds_nothing() -> None:
    assert Index({}).find("casier", 9) == []
