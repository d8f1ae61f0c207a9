"""What is decided about a staged version: approved by another account, given an hour, taken off its hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from admin.context import AdminContext
from admin.permissions import CurrentUser
from admin.templating import form as read_form
from authoring.versions.approvals import ApprovalState, names_of
from authoring.versions.errors import MenusRefused
from authoring.versions.repository import Staged
from authoring.versions.schedules import MenuSchedules, Schedule
from reporting.time_zone import zone

LONGEST_HOUR = 16  # signs: 2026-12-01T08:00


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a staged version stands: who proposed it and why, its approval, and its hour."""

    staged: Staged
    state: ApprovalState
    schedule: Schedule | None

    @property
    def changes(self) -> str:
        """What kinds of things it changes, in French."""
        return names_of(self.state.kinds)

    @property
    def needed(self) -> str:
        """What of it another account approves, in French."""
        return names_of(self.state.needed)

    def may_approve(self, visitor: CurrentUser) -> bool:
        """Whether this account may approve it: it wrote nothing of it."""
        return visitor.has_permission("decide") and visitor.name not in self.state.writers


async def decision_of(desk: AdminContext, version: str) -> Decision | None:
    """Return where a staged version stands; None if it is not staged."""
    staged = next((one for one in await desk.versions.repository.staged() if one.version == version), None)
    if staged is None:
        return None
    hours = {one.version: one for one in await schedules(desk).all()}
    return Decision(staged, await desk.versions.approvals.state(version), hours.get(version))


def schedules(desk: AdminContext) -> MenuSchedules:
    """Return the hours of versions."""
    return MenuSchedules(desk.versions, desk.versions.clock)


async def approve(request: web.Request, desk: AdminContext, by: str) -> str:
    """Approve a version, and show it again."""
    version = request.match_info["version"]
    await desk.versions.approvals.approve(by, version, await compared_with(request))
    return f"/{version}"


async def give_hour(request: web.Request, desk: AdminContext, by: str) -> str:
    """Give a version its hour."""
    sent, version = await read_form(request), request.match_info["version"]
    at, why = _hour(str(sent.get("heure", ""))), str(sent.get("why", "")).strip()
    await schedules(desk).set(Schedule(version, await compared_with(request), at, by, why))
    return f"/{version}"


async def take_hour(request: web.Request, desk: AdminContext, by: str) -> str:
    """Take the hour of a version away."""
    await schedules(desk).remove(by, request.match_info["version"])
    return ""


async def compared_with(request: web.Request) -> int:
    """Return the number of the publication that was active when the page was rendered."""
    number = str((await read_form(request)).get("instead_of", ""))
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise MenusRefused("Comparez d'abord, puis publiez.")
    return int(number)


def _hour(typed: str) -> int:
    """Return an hour of the country's time in Unix seconds. Raises MenusRefused."""
    try:
        if len(typed) > LONGEST_HOUR:
            raise ValueError
        return int(datetime.fromisoformat(typed).replace(tzinfo=zone()).timestamp())
    except (ValueError, OverflowError):
        raise MenusRefused("Donnez le jour et l'heure de la publication.") from None
