"""The files of an installation for another country: no services yet, one language, and the country as far as known."""

from __future__ import annotations

import shutil
from pathlib import Path
from string import Template
from typing import Any, Final

import yaml
from babel import Locale, UnknownLocaleError

from cli.installation.starting_set import StartingSet
from cli.installation.territory_data import FRENCH, TerritoryData
from state.country_file import FILE
from state.text.languages import TABLE

MENUS: Final = Path(__file__).parent / "empty" / "menus"
TAKEN: Final = ("phrases.yaml", "README.md")  # of the starting set, as they are
COUNTRY: Final = Path(__file__).parent / "empty" / "country.txt"


def write_empty(folder: Path, begin: StartingSet, known: TerritoryData) -> None:
    """Write menus and locales for this country into the folder of an installation."""
    menus, locales = folder / "menus", folder / "locales"
    menus.mkdir()
    locales.mkdir()
    (folder / "journeys").mkdir()
    for path in (*sorted(MENUS.iterdir()), *(begin.menus / name for name in TAKEN)):
        shutil.copyfile(path, menus / path.name)
    for schema in sorted(begin.menus.rglob("schema.json")):  # beside it stand the entries of one kind
        copy = menus / schema.relative_to(begin.menus)
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(schema, copy)
    (locales / FILE).write_text(country_text(known), encoding="utf-8")
    table = (begin.locales / TABLE).read_text(encoding="utf-8")
    (locales / TABLE).write_text(_only_source(table, _formats(known.code)), encoding="utf-8")


def country_text(known: TerritoryData) -> str:
    """Return the country file with all that is known; the rest is empty, and `zin check` says what belongs there."""
    form = "X" * known.length
    found = {name: _quoted(str(getattr(known, name))) for name in known.__slots__}
    trunk = (
        f"\n    - {{written: {_quoted(known.trunk + form)}, drop: {found['trunk']}}}" if known.trunk and form else ""
    )
    text = Template(COUNTRY.read_text(encoding="utf-8"))
    return text.substitute(found, form=_quoted(form), with_trunk=trunk)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "").replace('"', "") + '"'


def _formats(code: str) -> str:
    """Return the CLDR locale of French in this country, or of French alone."""
    try:
        return str(Locale.parse(f"{FRENCH}_{code}"))
    except (UnknownLocaleError, ValueError):
        return FRENCH


def _only_source(table: str, formats: str) -> str:
    """Return the table of languages with the source language only, in these formats, and with its comments."""
    composed: Any = yaml.compose(table, Loader=yaml.BaseLoader)
    rows = composed.value
    source, following = rows[0][1], rows[1][0]
    lines = table.splitlines()[: following.start_mark.line]
    while not lines[-1].strip() or lines[-1].startswith("#"):
        lines.pop()
    for key, value in source.value:
        if key.value in ("dates", "numbers"):
            lines[key.start_mark.line] = lines[key.start_mark.line].replace(value.value, formats)
    return "\n".join(lines) + "\n"
