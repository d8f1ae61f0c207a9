"""Files of requests and careers as administrations hand them over, made up, and their imports."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import select

from accounts.accounts import Operator
from database import tables
from registers.imports import Imported, Order, RegisterImports
from registers.reader import Read, read_file
from registers.register import DEFAULT_FEED, Register, find_register
from state.identity import Pseudonyms
from tests.support.database import MENUS, Registry
from tests.support.result_files import as_csv

IDA, PAUL = Operator("ida", "importer"), Operator("paul", "approver")
HEADINGS = ("Référence", "Service", "Statut", "Date", "Observation", "Téléphone", "Date de naissance")
ROW = ("CJ-000123", "Casier judiciaire", "En cours", "28/09/2026", "", "01 97 00 00 01", "05/03/1990")
CAREER_HEADINGS = ("Matricule", "Date de naissance", "Nature", "Étape", "Mis à jour le", "À faire")
CAREER = ("100 234", "03/02/1961", "Pension", "Pension en cours de calcul", "26/09/2026", "")


def copied_menus(folder: Path) -> Path:
    """A copy of the menus that a test may change."""
    return Path(shutil.copytree(MENUS, folder / "menus"))


def request(reference: str, **changed: str) -> tuple[str, ...]:
    """A row of requests with this reference and these fields changed."""
    names = ("reference", "service", "status", "updated", "note", "phone", "birth")
    return tuple({**dict(zip(names, ROW, strict=True)), "reference": reference, **changed}.values())


def requests(feed: str = DEFAULT_FEED, menus: Path = MENUS) -> Register:
    """The register of requests for a feed."""
    return find_register(menus, "requests", feed)


def read_rows(
    folder: Path, *rows: Sequence[str], register: Register | None = None, headings: Sequence[str] = HEADINGS
) -> Read:
    """What is read in a CSV of these rows."""
    return read_bytes(folder, as_csv([headings, *rows]), register)


def read_bytes(folder: Path, raw: bytes, register: Register | None = None) -> Read:
    """What is read in a file of these bytes."""
    path = folder / "registre.csv"
    path.write_bytes(raw)
    return read_file(register or requests(), path)


def refused(read: Read) -> list[tuple[int, str]]:
    """The refusals, as line and words."""
    return [(one.line, f"{one.reason} : {one.detail}".removesuffix(" : ")) for one in read.report.refusals]


class Office:
    """Administrations that import requests into one database, and what is then stored."""

    def __init__(self, registry: Registry, folder: Path) -> None:
        self.registry, self.folder = registry, folder
        self.names = Pseudonyms(registry.settings.secrets.pepper)
        self.imports = RegisterImports(registry.database, self.names)

    async def bring(
        self, *rows: Sequence[str], feed: str = DEFAULT_FEED, order: Order | None = None, by: Operator = IDA
    ) -> Imported:
        """Import a file of these rows."""
        register = requests(feed)
        return await self.imports.import_rows(by, register, read_rows(self.folder, *rows), order or Order())

    async def undo(self, feed: str = DEFAULT_FEED, by: Operator = IDA) -> None:
        """Undo the last import of this feed."""
        await self.imports.undo(by, requests(feed))

    async def stored(self) -> Mapping[str, str]:
        """The feed and status of each request, as feed:status by reference."""
        rows = await self.registry.database.rows(select(tables.requests).order_by(tables.requests.c.reference))
        return {row["reference"]: f"{row['feed']}:{row['status']}" for row in rows}


def counts(found: Imported) -> tuple[int, int, int, int]:
    """How many rows were added, changed, removed and left."""
    one = found.report.differences
    assert one is not None
    return one.added, one.changed, one.removed, one.unchanged
