"""What a save of a screen's structure changed, in a clerk's words, for the journal: which choices, where each leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from admin.question_names import question_name
from admin.writing.structure_view import FIELD_LABELS, KIND_LABELS
from authoring.diff.changes import screen_title
from authoring.diff.transitions import TRIGGER_LABELS
from authoring.journeys.screen_fields import fields_of_kind
from authoring.journeys.screen_writing import FilledScreen
from state.menu.versions import MenuVersion

MAX_CHARACTERS: Final = 1000
HEAD_LABELS: Final = {"shortcut": "Raccourci", "words": "Mots qui ouvrent le parcours"}
QUESTIONS: Final = ("list.from", "look_up.from")
NONE: Final = "rien"


@dataclass(frozen=True, slots=True)
class ScreenState:
    """A screen on one side of a change: its form, and the edition that has it."""

    name: str
    filled: FilledScreen
    edition: MenuVersion

    @property
    def journey(self) -> str:
        """The journey of the screen."""
        return self.name.partition(".")[0]

    @property
    def choices(self) -> Mapping[str, str]:
        """Where each choice leads, in words, by what it says, in its order."""
        return {one.label or self.words(one.to): self.words(one.to) for one in self.filled.choices}

    @property
    def values(self) -> Mapping[str, str]:
        """The fields and the head, each with its value in words."""
        kind = self.filled.kind
        targets = {one.name for one in fields_of_kind(kind) if one.widget == "target"}
        found = {}
        for name, value in self.filled.values.items():
            leads = name in targets or (name.startswith("look_up.") and name not in QUESTIONS)
            found[_label(name)] = self.words(value) if leads else _value(name, value)
        return found | {HEAD_LABELS[name]: value for name, value in self.filled.head.items()}

    @property
    def screens(self) -> Mapping[str, str]:
        """The screens of the journey in words, by name."""
        names = self.edition.journeys.files[self.journey].screens
        return {name: self.words(name) for name in names}

    def words(self, to: str) -> str:
        """Return a screen or a journey as a clerk knows it."""
        files, name = self.edition.journeys.files, self.edition.journeys.resolve(self.journey, to)
        if to in files and not (name and name.startswith(f"{self.journey}.")):
            return f"le parcours « {files[to].title} »"
        return f"« {screen_title(self.edition, name)} »" if name else f"« {to} »"


def describe_change(before: ScreenState, after: ScreenState) -> str:
    """Return what changed from one state of a screen to the other, in one line."""
    lines = " ; ".join(
        (*_kind(before, after), *_choices(before, after), *_values(before, after), *_screens(before, after))
    )
    line = f"{after.words(after.name)} : {lines or NONE}"
    return line if len(line) <= MAX_CHARACTERS else f"{line[: MAX_CHARACTERS - 1]}…"


def _kind(before: ScreenState, after: ScreenState) -> Iterator[str]:
    if before.filled.kind != after.filled.kind:
        yield f"sorte : {KIND_LABELS[after.filled.kind]} (avant : {KIND_LABELS[before.filled.kind]})"


def _choices(before: ScreenState, after: ScreenState) -> Iterator[str]:
    was, now = before.choices, after.choices
    renamed = _renamed(was, now)
    for label in was.keys() - now.keys() - renamed.keys():
        yield f"choix retiré : « {label} », qui menait à {was[label]}"
    for old, new in renamed.items():
        yield f"choix « {new} » (avant : « {old} »)"
    for label in [one for one in now if one not in was and one not in renamed.values()]:
        yield f"choix ajouté : « {label} », qui mène à {now[label]}"
    for label in [one for one in now if one in was and was[one] != now[one]]:
        yield f"choix « {label} » : mène à {now[label]} (avant : {was[label]})"
    before_order = [renamed.get(one, one) for one in was if renamed.get(one, one) in now]
    order = [one for one in now if one in before_order]
    if before_order != order:
        yield f"ordre des choix : {', '.join(order)} (avant : {', '.join(before_order)})"


def _renamed(was: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Return the choices that lead where they led and say something else: what they say now by what they said."""
    new = {to: label for label, to in now.items() if label not in was}
    return {label: new[to] for label, to in was.items() if label not in now and to in new}


def _values(before: ScreenState, after: ScreenState) -> Iterator[str]:
    was, now = before.values, after.values
    for label in dict.fromkeys((*was, *now)):
        if (old := was.get(label, "")) != (new := now.get(label, "")):
            yield f"{label} : {new or NONE} (avant : {old or NONE})"


def _screens(before: ScreenState, after: ScreenState) -> Iterator[str]:
    was, now = before.screens, after.screens
    yield from (f"écran ajouté : {now[name]}" for name in now if name not in was)
    yield from (f"écran retiré : {was[name]}" for name in was if name not in now)


def _label(field: str) -> str:
    outcome = field.partition(".")[2]
    return FIELD_LABELS.get(field) or f"La réponse {TRIGGER_LABELS.get(outcome, f'« {outcome} »')} mène à"


def _value(name: str, value: object) -> str:
    if name in QUESTIONS:
        return question_name(str(value))
    return {"true": "oui", "false": "non"}.get(str(value).lower(), str(value))
