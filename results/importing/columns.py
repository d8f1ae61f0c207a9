"""Finds the column of each field from the headings, which may stand below title rows.

Headings of the operator's layout come first, then the usual ones. Two columns for one field are an error: « Décision »
and « Résultat » in one file may be from two rounds of the exam.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from results.importing.headings import FIELDS, FOR_WANT_OF, IN_FRENCH, NEEDED, SPELLINGS, FieldName, is_personal, key
from results.importing.layout import Layout
from results.importing.sheet import File, FileBroken, Numbered, printable

MAX_COLUMNS = 300
MAX_TITLE_ROWS = 30  # the headings must stand within these first rows
MEND = "renommez une colonne dans le fichier, ou nommez-la dans le fichier de colonnes de l'examen"
Claims = dict[FieldName, list[int]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The row of headings: its line, its number of cells, and the index of each field, from 0.

    `used` has the headings by field, `personal` those that could name a person, `unused` all others.
    """

    line: int
    width: int
    places: Mapping[FieldName, int]
    used: dict[str, str]
    personal: tuple[str, ...]
    unused: tuple[str, ...]


def find_columns(file: File, head: Iterable[Numbered], layout: Layout) -> Columns | None:
    """Return the first row that has all required headings, or None. Raises FileBroken if two headings mean one
    field.

    Headings merged over two lines are filled in on both: the second line has the headings below, too.
    """
    fields = _fields_of(layout)
    rows = [(line, cells, _claims(cells, fields)) for line, _, cells in head]
    for place, (line, cells, claims) in enumerate(rows):
        is_continued = place + 1 < len(rows) and _needed(rows[place + 1][2]) == _needed(claims)
        if claims.keys() >= set(NEEDED) and not is_continued:
            for field, places in claims.items():
                if len(places) > 1:
                    raise file.broken(_twice(cells, field, places), line, places[1] + 1)
            if absent := [heading for heading in layout.columns if key(heading) not in map(key, cells)]:
                what = f"la colonne « {printable(absent[0])} », annoncée dans le fichier de colonnes, n'est pas ici"
                raise file.broken(what, line)
            return _columns(line, cells, {field: places[0] for field, places in claims.items()})
    return None


def _needed(claims: Claims) -> list[list[int] | None]:
    return [claims.get(field) for field in NEEDED]


def missing_columns(file: File, heads: Iterable[Sequence[Numbered]], layout: Layout) -> FileBroken:
    """Return the error for a file without the required headings: it names what the best row lacks."""
    fields = _fields_of(layout)
    rows = (
        (len(claims), -line, claims) for head in heads for line, _, cells in head if (claims := _claims(cells, fields))
    )
    _, line, claims = max(rows, key=lambda row: row[:2], default=(0, -1, {}))
    if not claims:
        what = f"pas de titres de colonnes dans les {MAX_TITLE_ROWS} premières lignes"
        return file.broken(f"{what} : il faut au moins « Numéro de table » et « Décision »")
    lacking = " ni ".join(f"« {_heading_of(field, layout)} »" for field in NEEDED if field not in claims)
    return file.broken(f"pas de colonne {lacking} parmi les titres de cette ligne : {MEND}", -line)


def _fields_of(layout: Layout) -> dict[str, FieldName]:
    return {key(heading): field for heading, field in layout.columns.items()}


def _claims(cells: Sequence[str], fields: Mapping[str, FieldName]) -> Claims:
    """Return the columns for each field. A field of the layout takes no other heading."""
    if len(cells) > MAX_COLUMNS:
        return {}
    by_layout, by_custom, for_want = (defaultdict[FieldName, list[int]](list) for _ in range(3))
    for place, word in enumerate(map(key, cells)):
        if word in fields:
            by_layout[fields[word]].append(place)
        elif word in SPELLINGS:
            by_custom[SPELLINGS[word]].append(place)
        elif word in FOR_WANT_OF:
            for_want["seat"].append(place)
    custom = {**for_want, **by_custom}
    return {**{field: custom[field] for field in custom if field not in fields.values()}, **by_layout}


def _columns(line: int, cells: Sequence[str], places: dict[FieldName, int]) -> Columns:
    left = [printable(cell) for place, cell in enumerate(cells) if cell.strip() and place not in places.values()]
    return Columns(
        line,
        len(cells),
        places,
        {field: printable(cells[places[field]]) for field in FIELDS if field in places},
        tuple(heading for heading in left if is_personal(heading)),
        tuple(heading for heading in left if not is_personal(heading)),
    )


def _twice(cells: Sequence[str], field: FieldName, places: Sequence[int]) -> str:
    which = " et ".join(f"« {printable(cells[place])} » (colonne {place + 1})" for place in places[:2])
    return f"deux colonnes pour une seule chose ({IN_FRENCH[field]}) : {which} ; {MEND}"


def _heading_of(field: FieldName, layout: Layout) -> str:
    """Return the heading that a file should have for this field."""
    headings = (heading for heading, named in layout.columns.items() if named == field)
    return next(headings, {"seat": "Numéro de table", "verdict": "Décision"}[field])
