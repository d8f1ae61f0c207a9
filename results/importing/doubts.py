"""Turns the doubts about a row into refusals, if they are about cells that are used.

A centre that is written once for many candidates is filled in; a verdict is not, since each candidate has one. The
mark is read as it is stored, because only checks use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from results.importing.headings import FIELDS, IN_FRENCH, FieldName
from results.importing.row_rules import Rejection
from results.importing.sheet import Doubt

_REASONS: Final[Mapping[Doubt, str]] = {
    "format": "valeur que le tableur montre autrement qu'il ne la garde",
    "date": "date mise par le tableur à la place de ce qui a été tapé",
    "error": "erreur de calcul du tableur, comme #N/A",
    "struck": "valeur barrée",
    "merged above": "case fusionnée avec une autre ligne",
    "merged beside": "case fusionnée avec une autre colonne",
    "hidden row": "ligne masquée",
}
_AS_TEXT: Final = "mettez la colonne en « Texte » et retapez ce qui doit se lire"
_REMEDIES: Final[Mapping[Doubt, str]] = {
    "format": _AS_TEXT,
    "date": _AS_TEXT,
    "error": "retapez la valeur",
    "struck": "ôtez la ligne si elle ne compte plus, ou la rature si elle compte",
    "merged above": "défusionnez, et écrivez la valeur sur chaque ligne",
    "merged beside": "défusionnez, et écrivez une valeur dans chaque colonne",
    "hidden row": "effacez le filtre et affichez toutes les lignes, ou supprimez celles qui ne comptent pas",
}
_NOT_REFUSED: Final[Mapping[Doubt, frozenset[FieldName]]] = {
    "format": frozenset({"mark"}),
    "merged above": frozenset({"series", "centre", "department"}),
    "merged beside": frozenset({"mention", "mark"}),  # « Absent » over both columns
}


class DoubtfulCells:
    """The columns that are used, by their place from 0."""

    def __init__(self, places: Mapping[FieldName, int]) -> None:
        self._fields = {places[field]: field for field in FIELDS if field in places}

    def rejections(self, doubts: Iterable[tuple[int, Doubt]]) -> tuple[Rejection, ...]:
        """Return why this row is refused; nothing if the doubts are about cells that are not used."""
        return tuple(dict.fromkeys(self._rejections(doubts)))

    def _rejections(self, doubts: Iterable[tuple[int, Doubt]]) -> Iterator[Rejection]:
        for place, doubt in doubts:
            field = self._fields.get(place)
            if doubt == "hidden row":
                yield Rejection(_REASONS[doubt], _REMEDIES[doubt])
            elif field and field not in _NOT_REFUSED.get(doubt, ()):
                detail = f"colonne {place + 1} ({IN_FRENCH[field]}) : {_REMEDIES[doubt]}"
                yield Rejection(_REASONS[doubt], detail)
