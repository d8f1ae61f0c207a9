"""Writes a screen as somebody filled its form into the file of its journey, with the screens that it brings or removes.

A form has values by field (screen_fields.py) and rows for the choices. What no field of the form asks for stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from authoring.drafts.yaml_nodes import YamlNodes
from authoring.drafts.yaml_parts import Item, remove_part, write_part
from authoring.drafts.yaml_writer import entry
from authoring.journeys.screen_fields import ORDER, PARTS, fields_of_kind
from state.text.search import plain
from state.yaml_files.loader import parse

SHOWN: Final = ("private", "say", "back")  # keys of a screen that a look-up has not
NEW: Final = "+"  # as a target: a screen that does not exist yet
SCREENS: Final = "screens"
# The keys of a file.
HEAD: Final = (*("title", "shortcut", "words", "beside", "alone", "survey", "first", "senses"), SCREENS)
MAX_NAME: Final = 40
Data = Mapping[str, Any]  # of a screen, as the loader reads it


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of the form. was is the line of the file that it comes from, None for a new one.

    first_text is what a new screen says, if the choice leads to one.
    """

    label: str
    to: str
    first_text: str = ""
    was: Data | None = None


@dataclass(frozen=True, slots=True)
class FilledScreen:
    """A screen as somebody filled its form: values by field, and what new screens say, by the field that leads there.

    say is written where the screen had no text: a look-up that becomes another kind. backs is where 0 leads from other
    screens of the journey; removed are screens that go. head has shortcut and words of the journey, where its form has
    them.
    """

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    first_texts: Mapping[str, str] = field(default_factory=dict)
    say: str = ""
    backs: Mapping[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    head: Mapping[str, str] = field(default_factory=dict)


def screen_data(text: str, screen: str) -> Data:
    """Return a screen of a file as it is written; nothing for one that does not exist."""
    data = parse(text.encode(), "").data
    screens = data.get(SCREENS) if isinstance(data, dict) else None
    found = screens.get(screen) if isinstance(screens, dict) else None
    return found if isinstance(found, dict) else {}


def write_screen(text: str, screen: str, filled: FilledScreen) -> str:
    """Return the file with this screen as its form was filled; new screens stand behind it.

    Raises MenusRefused, and KeyError if the screen is gone.
    """
    named = _Names(parse(text.encode(), "").data[SCREENS])
    made = _parts(screen_data(text, screen), filled, named)
    text = write_part(text, (SCREENS, screen), {key: made[key] for key in _ordered(made)}, ORDER)
    for name, say in named.new.items():
        text = _add_screen(text, screen, name, {"say": say})
        screen = name
    for name, back in filled.backs.items():
        text = write_part(text, (SCREENS, name, "back"), back, ORDER)
    for name in filled.removed:
        text = remove_part(text, (SCREENS, name))
    return _write_head(text, filled.head)


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """Return a name for a screen, made from words, that no other has."""
    short = "_".join(plain(wanted).split())
    name = "".join(sign for sign in short if sign.isascii() and (sign.isalnum() or sign == "_"))[:MAX_NAME].strip("_")
    name = name if name and name[0].isalpha() else f"ecran_{name}"[:MAX_NAME].strip("_")
    present = set(taken)
    numbered = (f"{name[: MAX_NAME - 4]}_{number}" for number in range(2, 1000))
    return name if name not in present else next(one for one in numbered if one not in present)


class _Names:
    """Names the new screens that a form leads to; new has what each says."""

    def __init__(self, present: Data) -> None:
        self._taken = set(present)
        self.new: dict[str, str] = {}

    def target(self, to: str, words: str, say: str) -> str:
        if to != NEW:
            return to
        name = free_name(words, {*self._taken, *self.new})
        self.new[name] = say
        return name


def _parts(before: Data, filled: FilledScreen, named: _Names) -> dict[str, Any]:
    """Return the keys of a screen, each with its value or the Items of its list."""
    is_shown = filled.kind != "look_up"
    gone = {*PARTS, *(() if is_shown else SHOWN)} - {filled.kind}
    made: dict[str, Any] = {"say": filled.say} if is_shown and filled.say else {}
    made |= {key: value for key, value in before.items() if key not in gone}
    part = dict(before.get(filled.kind, {})) if filled.kind in PARTS else {}
    for one in fields_of_kind(filled.kind):
        target = part if "." in one.name else made
        key = one.name.rpartition(".")[2]
        _set(target, key, named.target(filled.values.get(one.name, ""), *_words(filled, one.name)))
    if filled.kind == "look_up":
        part = {"from": part.get("from", ""), **_outcomes(filled, named)}
    if filled.kind in PARTS:
        made[filled.kind] = part
    present = list(before.get("choices", ()))
    rows = [_item(one, present, named) for one in filled.choices]
    if rows or filled.kind == "choices":
        made["choices"] = rows
    else:
        made.pop("choices", None)
    return made


def _outcomes(filled: FilledScreen, named: _Names) -> dict[str, str]:
    prefix = "look_up."
    given = {name.removeprefix(prefix): to for name, to in filled.values.items() if name.startswith(prefix) and to}
    given.pop("from", None)
    return {key: named.target(to, *_words(filled, f"{prefix}{key}")) for key, to in given.items()}


def _words(filled: FilledScreen, name: str) -> tuple[str, str]:
    """Return the words after which a new screen is named, and what it says."""
    say = filled.first_texts.get(name, "")
    return " ".join(say.split()[:3]), say


def _set(target: dict[str, Any], key: str, value: str) -> None:
    if value:
        target[key] = value
    else:
        target.pop(key, None)


def _item(choice: Choice, present: list[Any], named: _Names) -> Item:
    to = named.target(choice.to, choice.label, choice.first_text)
    place = present.index(choice.was) if choice.was is not None and choice.was in present else None
    if place is not None:
        present[place] = None  # of two that are the same, each is a line of its own
    return Item(place, {**(choice.was or {}), "label": choice.label, "to": to})


def _add_screen(text: str, behind: str, name: str, data: Data) -> str:
    """Write a new screen behind another, apart from it where screens stand apart."""
    nodes = YamlNodes(text)
    _, screens, _ = nodes.find((SCREENS,))
    _, node, in_flow = nodes.find((SCREENS, behind))
    if in_flow:
        return write_part(text, (SCREENS, name), data)
    at, indent = nodes.line_end(nodes.end(node)), " " * screens.start_mark.column
    starts = [nodes.with_comments(nodes.start(key)) for key, _ in screens.value[1:]]
    is_apart = bool(starts) and 2 * sum(text[:start].endswith("\n\n") for start in starts) > len(starts)
    lines = f"{indent}{name}:\n" + "".join(entry(key, data[key], f"{indent}  ") for key in _ordered(data))
    ended = text[:at] if text[:at].endswith("\n") else f"{text[:at]}\n"
    gap = "\n" if is_apart else ""
    return f"{ended}{gap}{lines}{text[at:]}"


def _ordered(data: Data) -> Sequence[str]:
    return sorted(data, key=lambda key: ORDER.index(key) if key in ORDER else len(ORDER))


def _write_head(text: str, head: Mapping[str, str]) -> str:
    """Write shortcut and words of the journey; a word that stays keeps its answers."""
    present = parse(text.encode(), "").data
    if "shortcut" in head and head["shortcut"] != (present.get("shortcut") or ""):
        text = write_part(text, ("shortcut",), head["shortcut"], HEAD) if head["shortcut"] else remove_part(
            text, ("shortcut",))  # fmt: skip
    if "words" in head:
        before = present.get("words") or {}
        words = {word: before.get(word) or {} for one in head["words"].split(",") if (word := " ".join(one.split()))}
        if list(words) != list(before):
            text = write_part(text, ("words",), words, HEAD) if words else remove_part(text, ("words",))
    return text
