"""Finds the column of each field from the headings, which may stand below title rows.

Headings of the operators' own file come first, then the usual ones. Two columns for one field are an error: « Décision
» and « Résultat » in one file may be from two rounds of the exam.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from spreadsheets.headings import Headings, key
from spreadsheets.sheet import File, FileBroken, Numbered, printable

MAX_COLUMNS = 300
MAX_TITLE_ROWS = 30  # the headings must stand within these first rows
MEND = "renommez une colonne dans le fichier, ou nommez-la dans le fichier de colonnes"
Claims = dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The row of headings: its line, its number of cells, and the index of each field, from 0.

    `used` has the headings by field, `unused` all others.
    """

    line: int
    width: int
    places: Mapping[str, int]
    used: dict[str, str]
    unused: tuple[str, ...]


def find_columns(file: File, head: Iterable[Numbered], headings: Headings) -> Columns | None:
    """Return the first row that has all required headings, or None. Raises FileBroken if two headings mean one
    field.

    Headings merged over two lines are filled in on both: the second line has the headings below, too.
    """
    named = _by_key(headings)
    rows = [(line, cells, _claims(cells, named, headings)) for line, _, cells in head]
    for place, (line, cells, claims) in enumerate(rows):
        needed = _needed(claims, headings)
        is_continued = place + 1 < len(rows) and _needed(rows[place + 1][2], headings) == needed
        if claims.keys() >= set(headings.needed) and not is_continued:
            for field, places in claims.items():
                if len(places) > 1:
                    raise file.broken(_twice(cells, headings.in_french[field], places), line, places[1] + 1)
            if absent := [heading for heading in headings.named if key(heading) not in map(key, cells)]:
                what = f"la colonne « {printable(absent[0])} », annoncée dans le fichier de colonnes, n'est pas ici"
                raise file.broken(what, line)
            return _columns(line, cells, {field: places[0] for field, places in claims.items()}, headings)
    return None


def _needed(claims: Claims, headings: Headings) -> list[list[int] | None]:
    return [claims.get(field) for field in headings.needed]


def missing_columns(file: File, heads: Iterable[Sequence[Numbered]], headings: Headings) -> FileBroken:
    """Return the error for a file without the required headings: it names what the best row lacks."""
    named = _by_key(headings)
    rows = (
        (len(claims), -line, claims)
        for head in heads
        for line, _, cells in head
        if (claims := _claims(cells, named, headings))
    )
    _, line, claims = max(rows, key=lambda row: row[:2], default=(0, -1, {}))
    if not claims:
        what = f"pas de titres de colonnes dans les {MAX_TITLE_ROWS} premières lignes"
        wanted = " et ".join(f"« {headings.heading_of(field)} »" for field in headings.needed)
        return file.broken(f"{what} : il faut au moins {wanted}")
    lacking = " ni ".join(f"« {headings.heading_of(field)} »" for field in headings.needed if field not in claims)
    return file.broken(f"pas de colonne {lacking} parmi les titres de cette ligne : {MEND}", -line)


def _by_key(headings: Headings) -> dict[str, str]:
    return {key(heading): field for heading, field in headings.named.items()}


def _claims(cells: Sequence[str], named: Mapping[str, str], headings: Headings) -> Claims:
    """Return the columns for each field. A field that the operators' file names takes no other heading."""
    if len(cells) > MAX_COLUMNS:
        return {}
    by_name, by_custom, for_want = (defaultdict[str, list[int]](list) for _ in range(3))
    for place, word in enumerate(map(key, cells)):
        if word in named:
            by_name[named[word]].append(place)
        elif word in headings.spellings:
            by_custom[headings.spellings[word]].append(place)
        elif word in headings.last_resort:
            for_want[headings.last_resort[word]].append(place)
    custom = {**for_want, **by_custom}
    return {**{field: custom[field] for field in custom if field not in named.values()}, **by_name}


def _columns(line: int, cells: Sequence[str], places: dict[str, int], headings: Headings) -> Columns:
    left = [printable(cell) for place, cell in enumerate(cells) if cell.strip() and place not in places.values()]
    used = {field: printable(cells[places[field]]) for field in headings.in_french if field in places}
    return Columns(line, len(cells), places, used, tuple(left))


def _twice(cells: Sequence[str], what: str, places: Sequence[int]) -> str:
    which = " et ".join(f"« {printable(cells[place])} » (colonne {place + 1})" for place in places[:2])
    return f"deux colonnes pour une seule chose ({what}) : {which} ; {MEND}"
