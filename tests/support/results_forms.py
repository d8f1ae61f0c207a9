"""The forms of exam results on the admin site, as an importer and an approver send them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

from aiohttp import FormData

from accounts.accounts import Accounts
from accounts.audit import Audit
from accounts.roles import Role
from reporting.time_zone import zone
from results.overview import SessionOverview, load_overview
from server import SERVICES
from tests.support.admin_client import PASSWORD, Client, csrf
from tests.support.results_office import PEOPLE, YEAR, Handed

BAC = f"bac-{YEAR}"
SET = f"{BAC}.1"


class Office:
    """The desk of an office, and what its people send there."""

    def __init__(self, client: Client, folder: Path) -> None:
        self.client, self.handed = client, Handed(folder)
        self.database, self._known = client.app[SERVICES].database, set[Role]()

    async def come(self, role: Role) -> None:
        self.client.session.cookie_jar.clear()
        if role not in self._known:
            self._known.add(role)
            await Accounts(self.database).add(PEOPLE[role], role, PASSWORD, "console:test")
        form = {"name": PEOPLE[role], "password": PASSWORD}
        await self.client.post("/bureau/connexion", data=form, allow_redirects=False)
        for cookie in self.client.session.cookie_jar:
            cookie["secure"] = ""
        self.csrf = await csrf(self.client)

    async def send(self, path: str, **fields: str) -> tuple[int, str]:
        """The status, and what the page says of it; where it leads when it was done."""
        form = {"csrf": self.csrf, **fields}
        answer = await self.client.post(f"/bureau/resultats/{path}", data=form, allow_redirects=False)
        return answer.status, answer.headers.get("Location") or alert_of(await answer.text())

    async def bring(self, raw: bytes | None = None, name: str = "bac.csv", **fields: str) -> tuple[int, str]:
        form = FormData({"csrf": self.csrf, "exam": "bac", "year": str(YEAR), "session": "", **fields})
        form.add_field("file", self.handed.path.read_bytes() if raw is None else raw, filename=name)
        answer = await self.client.post("/bureau/resultats/importer", data=form, allow_redirects=False)
        return answer.status, answer.headers.get("Location") or unescape(await answer.text())

    async def drawn(self) -> list[str]:
        """The seats that the page asks for."""
        page = await (await self.client.get(f"/bureau/resultats/{SET}")).text()
        return re.findall(r'name="seat-\d+" value="([^"]+)"', page)

    async def approve(self, verdict: str = "admitted", **fields: str) -> tuple[int, str]:
        read: dict[str, str] = {}
        for place, seat in enumerate(await self.drawn()):
            read |= {f"seat-{place}": seat, f"verdict-{place}": verdict}
        return await self.send(f"{SET}/approuver", **{"sha256": self.handed.sha256, **read, **fields})

    async def known(self) -> SessionOverview:
        return next(one for one in await load_overview(self.database) if one.code == f"bac-{YEAR}")

    async def state(self) -> str:
        return (await self.known()).sets[-1].state

    async def result_actions(self) -> list[str]:
        return [entry.action for entry in await Audit(self.database).last(50) if "results" in entry.action]


def alert_of(page: str) -> str:
    found = re.search(r'role="alert">(.*?)</p>', page, re.DOTALL)
    return unescape(found[1]) if found else page


TOMORROW = (datetime.now(zone()) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
