"""The working copy of the menus: the files in service with the changes of the draft laid over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from authoring.drafts.blocks import Conflict, Side, merge, splitter
from authoring.versions.archive import Files, digest

Content = bytes | None  # of a file; None: it does not exist


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A changed file as stored: base is what it was made from. at is in Unix seconds.

    writers are all accounts that wrote in it.
    """

    path: str
    base: Content
    content: Content
    by: str
    at: int
    writers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A changed file beside the one in service. conflicts are blocks that both changed since it was made."""

    path: str
    in_service: Content
    content: Content
    by: str
    at: int
    conflicts: tuple[Conflict, ...] = ()
    writers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class WorkingCopy:
    """The files in service, and the changed ones by path."""

    in_service: Files
    changed: Mapping[str, DraftFile]

    @cached_property
    def files(self) -> Files:
        """The files as they would be published."""
        after = {**self.in_service, **{path: one.content for path, one in self.changed.items()}}
        return {path: content for path, content in sorted(after.items()) if content is not None}

    @cached_property
    def version(self) -> str:
        """The name of the version with these files."""
        return digest(self.files)

    @property
    def conflicts(self) -> tuple[DraftFile, ...]:
        """The files in which somebody must choose."""
        return tuple(one for one in self.changed.values() if one.conflicts)

    @property
    def writers(self) -> frozenset[str]:
        """All accounts that wrote in it."""
        return frozenset(name for one in self.changed.values() for name in one.writers)

    def with_changes(self, changes: Mapping[str, Content], by: str) -> WorkingCopy:
        """Return the working copy as it would be with these files."""
        made = {path: DraftFile(path, self.in_service.get(path), one, by, 0) for path, one in changes.items()}
        return WorkingCopy(self.in_service, {**self.changed, **made})

    def with_file(self, path: str, text: str) -> WorkingCopy:
        """Return the working copy with another text of a file, to be tried."""
        return self.with_changes({path: text.encode()}, "")

    def text(self, path: str) -> str:
        """Return the text of a file, "" if it does not exist."""
        return text_of(self.files.get(path)) or ""


def lay_over(in_service: Files, rows: list[DraftRow]) -> WorkingCopy:
    """Return the working copy; a row that says what is in service by now is no change."""
    found = (present_file(row, in_service.get(row.path)) for row in rows)
    return WorkingCopy(in_service, {one.path: one for one in found if one.content != one.in_service or one.conflicts})


def present_file(row: DraftRow, in_service: Content, chosen: Mapping[str, Side] | None = None) -> DraftFile:
    """Return a changed file as it is on the file in service, which may have changed meanwhile."""
    if row.base == in_service:
        return DraftFile(row.path, in_service, row.content, row.by, row.at, writers=row.writers)
    merged = merge(text_of(row.base), text_of(row.content), text_of(in_service), chosen, splitting=splitter(row.path))
    content = None if merged.text is None else merged.text.encode()
    return DraftFile(row.path, in_service, content, row.by, row.at, merged.conflicts, row.writers)


def content_digest(content: Content) -> str:
    """Return what a form sends back, to show which content it was made from; "" for a file that does not exist."""
    return "" if content is None else blake2b(content, digest_size=10).hexdigest()


def text_of(content: Content) -> str | None:
    """Return the text of a file; signs that are no UTF-8 stay visible as a replacement."""
    return None if content is None else content.decode("utf-8", "replace")
