"""The form of a screen's structure as it was sent: its rows and fields, and what its buttons do to the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from authoring.drafts.working_copy import content_digest
from authoring.journeys.screen_fields import fields_of_kind
from authoring.journeys.screen_writing import NEW, Choice, FilledScreen, screen_data
from state.menu.schema import kind_of
from state.yaml_files.loader import parse

FIELD, FIRST_TEXT, ROW, BACK, HEAD, REMOVED = "champ.", "texte.", "choix.", "retour.", "parcours.", "retirer-ecran."
UP, DOWN, OUT, ADD, SAVE = "monter", "descendre", "retirer", "ajouter", "enregistrer"
MAX_ROWS: Final = 97  # as the schema
WITH_CHOICES: Final = ("choices", "list", "end")  # kinds of screen
Sent = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TypedScreen:
    """What the form of a screen has: who typed what, and over which state of the draft it was typed (seen).

    focus names the button that was used, so that the keyboard stays where it was.
    """

    filled: FilledScreen
    seen: str
    action: str = ""
    focus: str = ""


def present_screen(text: str, screen: str, *, has_head: bool) -> FilledScreen:
    """Return the form of a screen as its file has it."""
    data = screen_data(text, screen)
    kind = kind_of(data)
    part = data.get(kind, {}) if kind in ("list", "ask", "look_up") else {}
    values = {f"{kind}.{key}": value for key, value in part.items()}
    values |= {one.name: data[one.name] for one in fields_of_kind(kind) if one.name in data}
    choices = tuple(Choice(one.get("label", ""), one.get("to", ""), was=one) for one in data.get("choices", ()))
    return FilledScreen(kind, values, choices, head=_head(text) if has_head else {})


def state_digest(text: str, screen: str, *, has_head: bool) -> str:
    """Return the digest of what a form changes; comments and spacing are not part of it."""
    return content_digest(repr((screen_data(text, screen), _head(text) if has_head else {})).encode())


def _head(text: str) -> Mapping[str, str]:
    data = parse(text.encode(), "").data
    return {"shortcut": data.get("shortcut") or "", "words": ", ".join(data.get("words") or ())}


def read_screen_form(sent: Sent) -> TypedScreen:
    """Return what a form was sent with; the button for a row has changed the rows."""
    action, _, place = str(sent.get("action", "")).partition(".")
    filled = FilledScreen(
        kind=str(sent.get("sorte", "end")),
        values=_prefixed(sent, FIELD),
        choices=tuple(_rows(sent)),
        first_texts=_prefixed(sent, FIRST_TEXT),
        say=_typed(sent.get("dit", "")),
        backs={name: to for name, to in _prefixed(sent, BACK).items() if to},
        removed=tuple(_prefixed(sent, REMOVED)),
        head=_prefixed(sent, HEAD),
    )
    rows, focus = moved(filled.choices, action, int(place) if place.isascii() and place.isdigit() else 0)
    return TypedScreen(replace(filled, choices=rows), str(sent.get("seen", "")), action, focus)


def moved(rows: tuple[Choice, ...], action: str, place: int) -> tuple[tuple[Choice, ...], str]:
    """Return the rows after a button was used, and the button that has the keyboard then."""
    made = list(rows)
    other = place + (1 if action == DOWN else -1)
    if action in (UP, DOWN) and 0 <= place < len(made) and 0 <= other < len(made):
        made[place], made[other] = made[other], made[place]
        return tuple(made), f"{action}.{other}"
    if action == OUT and place < len(made):
        del made[place]
        return tuple(made), f"{OUT}.{min(place, len(made) - 1)}" if made else ADD
    if action == ADD and len(made) < MAX_ROWS:
        return (*made, Choice("", "")), f"{ROW}{len(made)}.label"
    return rows, ""


def _rows(sent: Sent) -> Iterator[Choice]:
    for place in range(MAX_ROWS):
        prefix = f"{ROW}{place}."
        if f"{prefix}to" not in sent:
            return
        one = {name: _typed(sent.get(f"{prefix}{name}", "")) for name in ("label", "to", "dit", "etait")}
        yield Choice(one["label"], one["to"], one["dit"] if one["to"] == NEW else "", _was(one["etait"]))


def _was(written: str) -> Mapping[str, Any] | None:
    """Return the line of the file that a row comes from."""
    try:
        found = orjson.loads(written)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) and all(map(_is_part, found.values())) else None


def _is_part(value: object) -> bool:
    """Whether a value may stand in a choice: a text, a list of texts, or texts by name."""
    several = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return all(isinstance(one, str) for one in several)


def _prefixed(sent: Sent, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): _typed(value) for name, value in sent.items() if name.startswith(prefix)}


def _typed(value: object) -> str:
    """Return a text of a form as a file has it."""
    return "\n".join(line.rstrip() for line in str(value).replace("\r\n", "\n").split("\n")).strip()
