"""The text of one file as somebody edits it: joined with what others changed meanwhile, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from admin.context import AdminContext
from authoring.drafts.blocks import Conflict, Side, merge
from authoring.drafts.working_copy import WorkingCopy, content_digest
from authoring.journeys.journey_trial import try_journey_file
from state.errors import Problem
from state.menu.versions import MenuVersion
from state.yaml_files.loader import parse

CHOICE: Final = "choix."  # before the name of a block
SUFFIX: Final = ".yaml"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file of the draft as it is now, and the edition that shows the draft."""

    path: str
    text: str
    working_copy: WorkingCopy
    edition: MenuVersion

    @property
    def by(self) -> str:
        """Who changed it last."""
        changed = self.working_copy.changed.get(self.path)
        return changed.by if changed else "une publication"


@dataclass(frozen=True, slots=True)
class EditedFile:
    """What somebody typed over base; faults are in this file, others elsewhere.

    joined is the text with what others changed meanwhile; where both changed one block, conflicts has both, and chosen
    the side that somebody chose.
    """

    text: str
    base: str
    joined: str
    conflicts: tuple[Conflict, ...] = ()
    chosen: Mapping[str, Side] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()
    elsewhere: tuple[Problem, ...] = ()
    complaint: str = ""
    by: str = ""  # who changed the file since it was opened

    @property
    def is_undecided(self) -> bool:
        """Whether a side is still to be chosen."""
        return any(one.block not in self.chosen for one in self.conflicts)

    @property
    def is_wrong(self) -> bool:
        """Whether something must be corrected or chosen before it is saved."""
        return bool(self.is_undecided or self.faults or self.elsewhere or self.complaint)


def edited(file: OpenFile, sent: Mapping[str, object]) -> EditedFile:
    """Return what was typed, joined with the present file, by block; a choice made over another text does not count."""
    text, base = (_lines(sent.get(name, "")) for name in ("texte", "base"))
    if base == _lines(file.text):
        return EditedFile(text, base, text)
    is_same = sent.get("seen") == content_digest(file.text.encode())
    chosen = {name.removeprefix(CHOICE): side for name, value in sent.items() if name.startswith(CHOICE) and is_same
              if (side := _side(value))}  # fmt: skip
    present = _lines(file.text)
    joined = merge(base, text, present, chosen).text or ""
    return EditedFile(text, base, joined, merge(base, text, present).conflicts, chosen, by=file.by)


def with_quick_check(file: OpenFile, typed: EditedFile) -> EditedFile:
    """Return the text with the faults that are found at once, while it is typed: YAML, and the rules of a journey."""
    name = file.path.removesuffix(SUFFIX)
    if name in file.edition.journeys.files:
        found, elsewhere = try_journey_file(file.edition, name, typed.text)
        return replace(typed, faults=found, elsewhere=elsewhere)
    return replace(typed, faults=tuple(parse(typed.text.encode(), file.path).problems))


async def with_full_check(desk: AdminContext, file: OpenFile, typed: EditedFile) -> EditedFile:
    """Return the joined text with all that `zin check` finds in the draft with it, but for what was wrong before."""
    found = (await desk.draft.check(file.working_copy.with_file(file.path, typed.joined))).problems
    known = (await desk.draft.check(file.working_copy)).problems if found else ()
    before = {(one.file, one.what) for one in known}
    new = [one for one in found if (one.file, one.what) not in before]
    own = tuple(one for one in new if one.file == file.path)
    return replace(typed, faults=own, elsewhere=tuple(one for one in new if one.file != file.path))


def _side(value: object) -> Side | None:
    return "mine" if value == "mine" else "theirs" if value == "theirs" else None


def _lines(text: object) -> str:
    """Return a text with the line ends of a file; a form sends those of Windows."""
    return str(text).replace("\r\n", "\n")
