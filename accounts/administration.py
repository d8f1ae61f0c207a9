"""What an administrator does with the accounts of others: invite, change a role or ministry, end visits, close.

An administrator of a ministry does it with the accounts of that ministry only.

Each change is one transaction with its entry in the audit. In it the administrator's own account is read again, and it
is never the one that is changed. So an open administrator remains in any case, also when the last two of them act
against each other at the same moment, and nobody renews their own password or second factor this way.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeVar

from sqlalchemy import bindparam, update

from accounts.accounts import BIND, CLOSE, NAME, NAME_REFUSED, NAME_TAKEN, NOBODY, ONE
from accounts.audit import Audit, AuditEvent
from accounts.contacts import forget_contact_within
from accounts.links import Link, forget_links_within, make_link_within
from accounts.refusals import AccountRefused, attempt
from accounts.roles import Role, role_details
from accounts.scope import ALL_MINISTRIES, Scope, known_ministry
from database import tables
from database.interface import Database, Row, Writer

T = TypeVar("T")
NOT_ALONE: Final = "Pour votre propre compte, demandez-le à une autre personne qui administre Zin."
NO_ADMINISTRATOR: Final = "Votre compte n’administre plus Zin."
OTHER_MINISTRY: Final = "Vous n’administrez que les comptes de votre ministère."
SAME_MINISTRY: Final = "Ce compte est déjà de ce ministère."
SAME_ROLE: Final = "Ce compte a déjà ce rôle."
_O = tables.operators.c
_OPEN: Final = update(tables.operators).where(_O.name == bindparam("called"), _O.closed_at.is_(None)).returning(_O.name)
GIVE_ROLE: Final = _OPEN.values(role=bindparam("to"))
END_VISITS: Final = _OPEN.values(visits_ended=_O.visits_ended + 1)
Change = Callable[[Writer, Row], Awaitable[tuple[T, Mapping[str, str]]]]  # returns a result, and details of the audit


class Administration:
    """Changes of one database by administrators, each `by` the name of an account.

    clock gives Unix seconds. Every method raises AccountRefused and SourceUnavailable.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        self._audit = Audit(database, clock)

    async def invite(self, by: str, name: str, role: Role, ministry: str = "") -> str:
        """Create an account without a password, and return the token of the link with which its person chooses one."""
        async with attempt(self._audit, by, "operators invite", name if NAME.fullmatch(name) else "?"):
            if not NAME.fullmatch(name):
                raise AccountRefused(NAME_REFUSED)
            async with self._database.exclusive_transaction() as writer:
                _require(await _administrator(writer, by), known_ministry(ministry))
                row = {"name": name, "role": role, "password": "", "created_at": self._now(), "visits_ended": 0}
                row |= {"ministry": ministry}
                if not await writer.insert_once(tables.operators, {**row, "closed_at": None, "visited_at": None}):
                    raise AccountRefused(NAME_TAKEN.format(name))
                token = await make_link_within(writer, Link(name, by, resets_factor=False), self._clock())
                event = AuditEvent(by, "operators invite", name, role_details(role, ministry))
                await self._audit.add_within(writer, event)
        return token

    async def renew_link(self, by: str, name: str, *, resets_factor: bool = False) -> str:
        """Return the token of a new link for a forgotten password, which stays until the link is used.

        resets_factor is for a lost phone: the use of the link removes the second factor too.
        """

        async def renew(writer: Writer, _: Row) -> tuple[str, Mapping[str, str]]:
            link = Link(name, by, resets_factor)
            details = {"second factor": "à refaire"} if resets_factor else {}
            return await make_link_within(writer, link, self._clock()), details

        return await self._change(by, "operators link", name, renew)

    async def change_role(self, by: str, name: str, role: Role) -> None:
        """Give an open account another role, from its next request on."""

        async def change(writer: Writer, account: Row) -> tuple[None, Mapping[str, str]]:
            if account["role"] == role:
                raise AccountRefused(SAME_ROLE)
            await writer.rows(GIVE_ROLE, called=name, to=role)
            return None, {"before": account["role"], "after": role}

        await self._change(by, "operators role", name, change)

    async def change_ministry(self, by: str, name: str, ministry: str) -> None:
        """Bind an open account to a ministry, or to none for "", from its next request on."""

        async def change(writer: Writer, account: Row) -> tuple[None, Mapping[str, str]]:
            _require(await _administrator(writer, by), known_ministry(ministry))
            if account["ministry"] == ministry:
                raise AccountRefused(SAME_MINISTRY)
            await writer.rows(BIND, called=name, to=ministry)
            return None, {"before": account["ministry"] or ALL_MINISTRIES, "after": ministry or ALL_MINISTRIES}

        await self._change(by, "operators ministry", name, change)

    async def end_visits(self, by: str, name: str) -> None:
        """End all logins of an account."""

        async def end(writer: Writer, _: Row) -> tuple[None, Mapping[str, str]]:
            await writer.rows(END_VISITS, called=name)
            return None, {}

        await self._change(by, "operators visits", name, end)

    async def close(self, by: str, name: str) -> None:
        """Close an account for good; its links and its contact are deleted."""

        async def close(writer: Writer, account: Row) -> tuple[None, Mapping[str, str]]:
            await writer.rows(CLOSE, called=name, now=self._now())
            await forget_links_within(writer, name)
            await forget_contact_within(writer, name)
            return None, {"role": account["role"]}

        await self._change(by, "operators close", name, close)

    async def _change(self, by: str, action: str, name: str, change: Change[T]) -> T:
        """Change the open account of another person in one transaction with its audit entry."""
        async with attempt(self._audit, by, action, name if NAME.fullmatch(name) else "?"):
            if name == by:
                raise AccountRefused(NOT_ALONE)
            async with self._database.exclusive_transaction() as writer:
                scope, account = await _administrator(writer, by), await _open_account(writer, name)
                _require(scope, account["ministry"])
                result, details = await change(writer, account)
                await self._audit.add_within(writer, AuditEvent(by, action, name, details))
        return result

    def _now(self) -> int:
        return round(self._clock())


async def _administrator(writer: Writer, by: str) -> Scope:
    """Return whose accounts this one administers. Refuses one that is closed or does not administer any more."""
    found = await writer.rows(ONE, called=by)
    if not found or found[0]["closed_at"] is not None or found[0]["role"] != "admin":
        raise AccountRefused(NO_ADMINISTRATOR)
    return Scope(found[0]["ministry"])


def _require(scope: Scope, ministry: str) -> None:
    """Refuse a change of an account that this administrator does not administer."""
    if not scope.may_change(ministry):
        raise AccountRefused(OTHER_MINISTRY)


async def _open_account(writer: Writer, name: str) -> Row:
    found = await writer.rows(ONE, called=name) if NAME.fullmatch(name) else []
    if not found or found[0]["closed_at"] is not None:
        raise AccountRefused(NOBODY)
    return found[0]
