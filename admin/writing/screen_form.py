"""The form with the texts of one screen: what the draft has, what somebody typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from admin.context import AdminContext
from authoring.drafts.blocks import split
from authoring.drafts.screen_texts import WHOLE, TrialTexts, fields_of, try_texts, typed_text, write_texts
from authoring.drafts.working_copy import WorkingCopy, content_digest
from authoring.versions.errors import MenusRefused
from channels import rooms
from state.menu.journey_files import journey_of
from state.menu.schema import ScreenFile
from state.menu.versions import MenuVersion
from state.yaml_files.loader import parse

PREFIX: Final = "texte."  # before the name of a field
KINDS: Final = {"ussd": "par USSD", "sms": "par SMS", "chat": "par WhatsApp et Telegram"}
NUMBERS: Final = {"one": "au singulier", "other": "au pluriel"}
MAX_SAY, MAX_LABEL = 2000, 80  # characters, as state/yaml_files/types.py


@dataclass(frozen=True, slots=True)
class ScreenDraft:
    """A screen as the draft has it: its file, the digest of its block, and the edition that shows it."""

    name: str
    path: str
    text: str
    seen: str
    fields: Mapping[str, str]
    edition: MenuVersion
    working_copy: WorkingCopy

    @property
    def short(self) -> str:
        """The name of the screen within its journey."""
        return self.name.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Field:
    """A text in the form. present is what the draft has meanwhile, where somebody else wrote something else."""

    name: str
    label: str
    value: str
    is_long: bool
    complaints: tuple[str, ...] = ()
    present: str | None = None

    @property
    def most(self) -> int:
        """The number of characters that the field may have."""
        return MAX_SAY if self.is_long else MAX_LABEL


@dataclass(frozen=True, slots=True)
class ScreenForm:
    """The form as a page shows it. complaints are those of no field."""

    fields: tuple[Field, ...]
    seen: str
    complaints: tuple[str, ...] = ()
    by: str = ""  # who wrote something else meanwhile

    @property
    def is_wrong(self) -> bool:
        """Whether something must be corrected or chosen before it is saved."""
        return bool(self.complaints or self.by or any(field.complaints for field in self.fields))


async def read_screen(desk: AdminContext, name: str) -> ScreenDraft | None:
    """Return a screen as the draft has it; None if there is none, or the file cannot be read."""
    try:
        working_copy = await desk.draft.drafts.working_copy()
    except MenusRefused:  # there is nothing that a draft could start from
        return None
    journey, _, short = name.partition(".")
    path = f"{journey}.yaml"
    if path not in working_copy.files:
        return None
    text = working_copy.text(path)
    screen = journey_of(parse(text.encode(), path)).screens.get(short)
    edition = await desk.draft.edition(working_copy)
    if screen is None or name not in edition.journeys.screens:
        return None
    return _draft(name, (path, text), screen, (edition, working_copy))


def _draft(name: str, file: tuple[str, str], screen: ScreenFile, shown: tuple[MenuVersion, WorkingCopy]) -> ScreenDraft:
    block = split(file[1]).get(f"screens.{name.partition('.')[2]}", file[1])
    return ScreenDraft(name, *file, content_digest(block.encode()), fields_of(screen), *shown)


def form_of(draft: ScreenDraft) -> ScreenForm:
    """Return the form with the texts of the draft."""
    return ScreenForm(tuple(_field(name, value) for name, value in draft.fields.items()), draft.seen)


def filled_form(draft: ScreenDraft, typed: Mapping[str, str], seen: str) -> ScreenForm:
    """Return the form with what was typed; seen is the digest of the block that it was typed over."""
    fields = [_field(name, typed.get(name, value)) for name, value in draft.fields.items()]
    if seen == draft.seen:
        return ScreenForm(tuple(fields), draft.seen)
    changed = draft.working_copy.changed.get(draft.path)
    contested = (
        replace(one, present=value) if typed_text(one.value) != value else one
        for one, value in zip(fields, draft.fields.values(), strict=True)
    )
    return ScreenForm(tuple(contested), draft.seen, by=changed.by if changed else "une publication")


def tried(desk: AdminContext, draft: ScreenDraft, form: ScreenForm) -> tuple[ScreenForm, TrialTexts]:
    """Return the form with complaints at their fields, and the file and edition with its texts."""
    typed = {field.name: field.value for field in form.fields}
    try:
        text = write_texts(draft.text, draft.short, typed)
        trial = try_texts(draft.edition, draft.name, text, rooms(desk.settings))
    except MenusRefused as refused:
        trial = TrialTexts(draft.text, None, {WHOLE: (str(refused),)})
    fields = tuple(replace(field, complaints=trial.complaints.get(field.name, ())) for field in form.fields)
    named = {field.name for field in form.fields}
    rest = (line for name, lines in trial.complaints.items() if name not in named for line in lines)
    return replace(form, fields=fields, complaints=tuple(rest)), trial


def _field(name: str, value: str) -> Field:
    return Field(name, _label(name), value, is_long=name.startswith("say"))


def _label(name: str) -> str:
    parts = name.split(".")
    more = [KINDS.get(part) or NUMBERS.get(part, "") for part in parts[1:]]
    if parts[0] == "choices":
        return f"Choix {int(parts[1]) + 1}"
    if parts[0] == "list":
        return "Une ligne de la liste"
    first = "Ce que dit l'écran" if parts[0] == "say" else "Quand la réponse n'a pas la bonne forme"
    return ", ".join(filter(None, (first, *more)))
