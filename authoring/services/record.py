"""One service as another program's file describes it, in the form of an entry of menus/catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from catalog.facts import FACTS

NAMES: Final = ("name", "short", "code", "theme", "life_event", "administration")
LISTS: Final = ("words",)
PLAIN: Final = (*NAMES, "ministry", *LISTS, "asked", "after")  # in the order of a file, before the facts
KEYS: Final = (*PLAIN, *FACTS)
ABOUT: Final = ("value", "source", "as_of", "until", "note")  # of a fact, in the order of a file
Fields = Mapping[str, Any]  # as the loader reads them: texts, lists of texts, and facts by ABOUT


@dataclass(frozen=True, slots=True)
class Record:
    """One service of a file: where it stands there, the id of its entry if the file says it, and what it says.

    Nothing is said of a key that is missing.
    """

    place: str
    fields: Fields
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who affirms the facts of a file that has no source or date of its own for them, both "" if nobody said."""

    source: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """What was read of a file: its services, its checksum, what is refused, and what was left out.

    refused has a line for each place, in the order of the file.
    """

    sha256: str
    found: tuple[Record, ...] = field(repr=False)
    refused: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


def fact(value: Any, about: Mapping[str, str], origin: Origin) -> dict[str, Any]:
    """Return a fact with what is said of it; source and date are those of the whole file if it has none of its own."""
    said = {key: about.get(key, "") for key in ABOUT[1:]}
    said["source"], said["as_of"] = said["source"] or origin.source, said["as_of"] or origin.as_of
    return {"value": value, **{key: text for key, text in said.items() if text}}
