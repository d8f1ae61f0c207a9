"""The form of a screen's structure as its page shows it: each row and field with its complaints and what it may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson

from admin.writing.screen_targets import outcomes_of, questions_of
from admin.writing.structure_form import TypedScreen
from authoring.diff.transitions import TRIGGER_LABELS
from authoring.journeys.journey_trial import JourneyTrial, place_of
from authoring.journeys.screen_fields import SchemaField, Widget, fields_of_kind
from authoring.journeys.screen_writing import NEW, Choice, FilledScreen
from state.menu.versions import MenuVersion

KIND_LABELS: Final = {
    "choices": "des choix",
    "list": "une liste qui vient d'une source",
    "ask": "une question à laquelle on tape la réponse",
    "look_up": "une recherche : rien ne se montre, une source répond",
    "end": "une fin : le texte, puis l'appel se termine",
}
FIELD_LABELS: Final = {
    "private": "Ne pas montrer de nouveau à qui rappelle (résultat, demande, dossier)",
    "back": "Où mène 0 Retour, si plusieurs écrans mènent ici",
    "ask.keep": "Nom sous lequel la réponse est retenue",
    "ask.like": "Forme de la réponse",
    "ask.longest": "La plus longue réponse probable",
    "ask.hint": "Ce que l'on dit quand la réponse n'a pas cette forme",
    "ask.to": "La réponse mène à",
    "list.from": "Question posée à la source",
    "list.label": "Ce qui s'écrit sur une ligne",
    "list.keep": "Nom sous lequel la ligne choisie est retenue",
    "list.to": "La ligne choisie mène à",
    "list.empty": "Une liste vide mène à",
    "list.late": "Une source trop lente mène à",
    "list.unavailable": "Une source en panne mène à",
    "look_up.from": "Question posée à la source",
}
HINTS: Final = {
    "ask.like": "[0-9]{4} : 4 chiffres ; .{2,40} : un mot ; date : un jour ; proof : 4 chiffres, ou un jour",
    "ask.keep": "En minuscules, sans accent ni espace : age. Entre accolades, {age}, un texte le montre.",
    "list.keep": "En minuscules, sans accent ni espace : commune",
    "list.label": "Entre accolades, ce que la source donne : {name}",
}  # fmt: skip
WHOLE: Final = ""
EXTRAS: Final = {
    "keep": "retient",
    "send": "envoie le texte de",
    "notify": "avertit des changements de",
    "needs": "si l'on connaît",
}
Complaints = Mapping[str, tuple[str, ...]]  # by field


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field of the form; options are what it is chosen from."""

    name: str
    label: str
    widget: Widget
    value: str
    first_text: str
    is_required: bool
    hint: str = ""
    options: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A row of the form; more says what else the choice does, in words."""

    choice: Choice
    was: str
    more: str
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StructureView:
    """The form as a page shows it. complaints are those of no field.

    lost are screens that nothing would lead to any more; unclear those for which it must be said where 0 leads. present
    is what the draft has meanwhile, and by wrote it, where somebody else changed the screen.
    """

    typed: TypedScreen
    rows: tuple[ShownChoice, ...]
    fields: tuple[ShownField, ...]
    complaints: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    unclear: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by: str = ""
    present: tuple[str, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether something must be corrected or chosen before it is saved."""
        filled = self.typed.filled
        undecided = (self.lost and set(self.lost) - set(filled.removed)) or self.unclear.keys() - filled.backs.keys()
        marked = [one.complaints for one in self.rows] + [one.complaints for one in self.fields]
        return bool(self.complaints or self.by or undecided or any(marked))


def shown_fields(filled: FilledScreen, edition: MenuVersion, wrong: Complaints) -> Iterator[ShownField]:
    """Yield the fields of a screen: those of the schema, and the outcomes of a look-up's question."""
    for one in fields_of_kind(filled.kind):
        options = tuple(questions_of(edition, rows=filled.kind == "list")) if one.widget == "question" else ()
        yield _shown(one, FIELD_LABELS[one.name], filled, wrong, options)
    for outcome in outcomes_of(edition, filled.values.get("look_up.from", "")) if filled.kind == "look_up" else ():
        leads = SchemaField(f"look_up.{outcome}", "target", False)
        yield _shown(leads, f"La réponse {TRIGGER_LABELS.get(outcome, f'« {outcome} »')} mène à", filled, wrong)


def _shown(
    field: SchemaField,
    label: str,
    filled: FilledScreen,
    wrong: Complaints,
    options: tuple[str, ...] = (),
) -> ShownField:
    name = field.name
    return ShownField(
        name, label, field.widget, filled.values.get(name, ""), filled.first_texts.get(name, ""), field.is_required,
        HINTS.get(name, ""), options, wrong.get(name, ()),
    )  # fmt: skip


def shown_rows(filled: FilledScreen, wrong: Complaints) -> Iterator[ShownChoice]:
    """Yield the rows of the choices."""
    for place, one in enumerate(filled.choices):
        was = orjson.dumps(one.was).decode() if one.was else ""
        yield ShownChoice(one, was, _more(one), wrong.get(f"choices.{place}", ()))


def unfilled_rows(filled: FilledScreen) -> Complaints:
    """Return what rows still need, by field: a trial of the file would say it in the words of files."""
    found = {f"choices.{place}": tuple(_unfilled(one)) for place, one in enumerate(filled.choices)}
    return {name: lines for name, lines in found.items() if lines}


def _unfilled(choice: Choice) -> Iterator[str]:
    if not choice.label:
        yield "Écrivez ce que lit le citoyen."
    if not choice.to:
        yield "Choisissez où mène ce choix."
    if choice.to == NEW and not choice.first_text:
        yield "Écrivez ce que dit le nouvel écran."


def _more(choice: Choice) -> str:
    said = ((words, (choice.was or {}).get(key)) for key, words in EXTRAS.items())
    return " ; ".join(f"{words} {_words(value)}" for words, value in said if value)


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} = {one}" for key, one in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)


def complaints_by_field(trial: JourneyTrial, screen: str) -> Complaints:
    """Return complaints by field: ask.like, choices.0, head.shortcut, "" for those of no field."""
    found: dict[str, dict[str, None]] = {}
    for problem in trial.problems:
        where = place_of(trial.journey, problem)
        is_own = where[:2] == ("screens", screen)
        name = _field_name([str(part) for part in where[2:]]) if is_own else f"head.{where[0]}" if where else WHOLE
        line = problem.what.removeprefix(f"écran {screen} : ")
        found.setdefault(WHOLE if name.startswith("head.screens") else name, {})[line] = None
    return {name: tuple(lines) for name, lines in found.items()}


def _field_name(parts: Sequence[str]) -> str:
    return ".".join(parts[:2]) if parts and parts[0] in ("choices", "list", "ask", "look_up") else ".".join(parts[:1])
