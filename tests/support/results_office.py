"""An examination office at the desk: an importer, an approver and onlookers, and a made-up file with its paper list."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Final

from accounts.accounts import Accounts
from accounts.roles import ROLES, Role
from database.interface import Database
from reporting.time_zone import zone
from sources.sample_data import YEAR as SAMPLE_YEAR
from tests.support.admin_client import PASSWORD

PEOPLE: Final[dict[Role, str]] = {
    **{"importer": "ida", "approver": "paul", "editor": "edo"},
    **{"translator": "tola", "reviewer": "rita"},
    **{"support": "sika", "viewer": "vera", "admin": "awa"},
}
THIS_YEAR: Final = datetime.now(zone()).year
YEAR: Final = THIS_YEAR + 1 if THIS_YEAR + 1 != SAMPLE_YEAR else THIS_YEAR - 1  # no year of the sample data
SEATS: Final = range(50500, 50540)


async def open_accounts(database: Database) -> None:
    for role in ROLES:
        await Accounts(database).add(PEOPLE[role], role, PASSWORD, "console:test")


class Handed:
    """A file as the ministry hands it over; other says which seats have another verdict than « ADMIS »."""

    def __init__(self, folder: Path, other: dict[int, str] | None = None) -> None:
        self._other = other or {}
        self.path = folder / "bac-2027.csv"
        lines = ["Numéro de table;Décision;Mention;Série;Centre;Département"]
        for seat in SEATS:
            verdict = self._other.get(seat, "ADMIS")
            where = "Zou" if seat % 2 else "Mono"
            lines.append(f"{seat};{verdict};{'Bien' if verdict == 'ADMIS' else ''};D;Centre d'exemple;{where}")
        self.path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    def on_paper(self, seat: str) -> str:
        """The verdict of a seat on the signed list."""
        return {"REFUSE": "Refusé(e)"}.get(self._other.get(int(seat), ""), "Admis(e)")
