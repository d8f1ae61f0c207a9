"""The checksum of a draft is shown to nobody who reads the audit: who approves has it from whoever made the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from operators.audit import Entry
from registry import tables
from registry.database import Database

HIDDEN: Final = "masquée jusqu'à l'approbation"
DRAFTS: Final = select(tables.result_sets.c.id).where(tables.result_sets.c.state == "draft")


async def without_checksums(database: Database, entries: Sequence[Entry]) -> list[Entry]:
    """The same entries, but for the checksum of a draft, which only the chain keeps. Raises SourceUnavailable."""
    drafts = {row["id"] for row in await database.rows(DRAFTS)}
    return list(_hidden(entries, drafts))


def _hidden(entries: Sequence[Entry], drafts: set[str]) -> Iterator[Entry]:
    for entry in entries:
        is_hidden = entry.subject in drafts and "sha256" in entry.details
        yield replace(entry, details={**entry.details, "sha256": HIDDEN}) if is_hidden else entry
