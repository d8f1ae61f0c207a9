"""The headings of results files: which name a field that is stored, and which could name a person.

Their spelling is compared as in spreadsheets/headings.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from spreadsheets.headings import Headings, key
from state.text.search import plain

FieldName = Literal["seat", "verdict", "mention", "series", "mark", "centre", "department"]
FIELDS: tuple[FieldName, ...] = get_args(FieldName)
NEEDED: tuple[FieldName, ...] = ("seat", "verdict")
IN_FRENCH: Mapping[FieldName, str] = {
    "seat": "numéro de table",
    "verdict": "verdict",
    "mention": "mention",
    "series": "série",
    "mark": "moyenne",
    "centre": "centre",
    "department": "département",
}
_WRITTEN: Mapping[FieldName, tuple[str, ...]] = {
    "seat": (
        *("numéro de table", "numéro table", "n° de table", "n° table", "n de table", "n table", "num de table"),
        *("num table", "nr table", "table"),
    ),
    "verdict": ("décision", "décision du jury", "décision finale", "verdict", "résultat", "résultat final", "statut"),
    "mention": ("mention", "mentions", "mention obtenue"),
    "series": ("série", "séries", "série du candidat", "filière"),
    "mark": ("moyenne", "moyenne générale", "moyenne sur 20", "moyenne 20", "moy", "moy gen", "note", "note finale"),
    "centre": (
        *("centre", "centre d'examen", "centre de composition", "centre d'écrit", "nom du centre", "centre examen"),
        *("libellé centre", "libellé du centre"),
    ),
    "department": ("département", "départements", "dép", "dépt", "nom du département", "département du centre"),
}
# Such a column has the seat number if no other column has it: some exams identify candidates by it.
_FOR_WANT_OF = ("matricule", "numéro matricule", "n° matricule", "numéro d'inscription", "n° d'inscription",
                "n° inscription", "numéro du candidat", "n° candidat", "numéro candidat")  # fmt: skip
_PERSON = """
    nom noms prenom prenoms nomprenom nomprenoms patronyme naissance naiss nais ne nee sexe genre age telephone tel
    portable contact contacts mail email courriel adresse pere mere tuteur parent parents nationalite npi photo
    identite"""
_NOTHING_BUT_A_PERSON = "candidat candidate candidats eleve eleves"
_PLACE = "centre centres ecole etablissement college lycee commune departement serie"
_OF_A_PERSON, _A_PERSON, _OF_A_PLACE = (frozenset(every.split()) for every in (_PERSON, _NOTHING_BUT_A_PERSON, _PLACE))


SPELLINGS: Mapping[str, FieldName] = {key(one): field for field, every in _WRITTEN.items() for one in every}
FOR_WANT_OF = frozenset(map(key, _FOR_WANT_OF))
FRENCH_NAMES: Mapping[str, str] = {str(field): words for field, words in IN_FRENCH.items()}
_USUAL = {"seat": "Numéro de table", "verdict": "Décision"}


def results_headings(named: Mapping[str, FieldName]) -> Headings:
    """Return the headings of results files; `named` has those of the exam's layout, with their fields."""
    last_resort = dict.fromkeys(FOR_WANT_OF, "seat")
    return Headings(FRENCH_NAMES, NEEDED, _USUAL, {**SPELLINGS}, last_resort, {**named})


def is_personal(heading: str) -> bool:
    """Whether a column with this heading could identify a person."""
    words = frozenset(plain(heading).split())
    return key(heading) in _A_PERSON or (bool(words & _OF_A_PERSON) and not words & _OF_A_PLACE)
