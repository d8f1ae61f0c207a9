"""Turns the doubts about a row into refusals, if they are about cells that are used.

What may be written once for many rows, such as a centre, is filled in; what each row has of its own is not. Which
doubts a field allows is said by the reader of a kind of file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from spreadsheets.refused_rows import Rejection
from spreadsheets.sheet import Doubt

Allowed = Mapping[Doubt, AbstractSet[str]]  # the fields in which a doubt is not refused
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


class DoubtfulCells:
    """The columns that are used, by their place from 0; in_french says what each field is, in the order of reports."""

    def __init__(self, places: Mapping[str, int], in_french: Mapping[str, str], allowed: Allowed) -> None:
        self._fields = {places[field]: field for field in in_french if field in places}
        self._in_french, self._allowed = in_french, allowed

    def rejections(self, doubts: Iterable[tuple[int, Doubt]]) -> tuple[Rejection, ...]:
        """Return why this row is refused; nothing if the doubts are about cells that are not used."""
        return tuple(dict.fromkeys(self._rejections(doubts)))

    def _rejections(self, doubts: Iterable[tuple[int, Doubt]]) -> Iterator[Rejection]:
        for place, doubt in doubts:
            field = self._fields.get(place)
            if doubt == "hidden row":
                yield Rejection(_REASONS[doubt], _REMEDIES[doubt])
            elif field and field not in self._allowed.get(doubt, ()):
                detail = f"colonne {place + 1} ({self._in_french[field]}) : {_REMEDIES[doubt]}"
                yield Rejection(_REASONS[doubt], detail)
