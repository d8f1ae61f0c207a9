"""Accounts of operators: names, roles and sign-in.

A change of an account and its entry in the audit are one transaction. An account is closed, not deleted, and its name
is never used again, so that a name in the audit always means one person.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, exists, select, update

from accounts import passwords
from accounts.audit import Audit, AuditEvent
from accounts.contacts import forget_contact_within
from accounts.refusals import AccountRefused, attempt
from accounts.roles import Role, role_details
from accounts.scope import ALL_MINISTRIES, Scope, known_ministry
from accounts.sign_in import NO_ACCOUNT, AttemptCounter, Attempts, Origin, WrongPassword
from database import tables
from database.interface import Database

if TYPE_CHECKING:
    from sqlalchemy import Executable

NAME: Final = re.compile(r"[a-z][a-z0-9.-]{1,39}")  # no colon: console:LOGIN cannot be an account
UNKNOWN: Final = Origin()
FLAGS: Final = ("is_invited", "has_factor")  # SQLite has 0 and 1
NOBODY: Final = "Il n’y a pas de compte ouvert à ce nom."
NAME_REFUSED: Final = (
    "Nom refusé : il faut 2 à 40 lettres minuscules, chiffres, points ou tirets, et d’abord une lettre."
)
NAME_TAKEN: Final = "Le nom « {} » est déjà pris : un nom qui a servi ne sert plus à personne."

_O = tables.operators.c
ALL: Final = select(
    *(_O.name, _O.role, _O.ministry, _O.created_at, _O.closed_at, _O.visited_at),
    (_O.password == "").label("is_invited"),
    exists().where(tables.second_factors.c.key == _O.name).label("has_factor"),
).order_by(_O.name)
_STATE: Final = (_O.role, _O.ministry, _O.password, _O.closed_at, _O.visits_ended)
ONE: Final = select(*_STATE).where(_O.name == bindparam("called"))
_OPEN: Final = update(tables.operators).where(_O.name == bindparam("called"), _O.closed_at.is_(None)).returning(_O.name)
CLOSE: Final = _OPEN.values(closed_at=bindparam("now"))
CHANGE: Final = _OPEN.values(password=bindparam("to"))
VISITED: Final = _OPEN.values(visited_at=bindparam("now"))
BIND: Final = _OPEN.values(ministry=bindparam("to"))
REHASH: Final = CHANGE.where(_O.password == bindparam("was"))


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator that has signed in; ministry is "" for a person of none, who sees and changes everything."""

    name: str
    role: Role
    ministry: str = ""

    @property
    def scope(self) -> Scope:
        """What this operator may see and change."""
        return Scope(self.ministry)


@dataclass(frozen=True, slots=True)
class Standing:
    """What an open account is now; proof changes with the password, and when all its logins are ended."""

    role: Role
    ministry: str
    proof: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account without its password. Times are Unix seconds; closed_at is None while it is open.

    visited_at is the last sign-in at the desk, None if there was none; is_invited: no password was chosen yet.
    """

    name: str
    role: Role
    created_at: int
    closed_at: int | None
    visited_at: int | None = None
    ministry: str = ""
    is_invited: bool = False
    has_factor: bool = False


class Accounts:
    """The accounts in one database. Every method raises SourceUnavailable, and every change AccountRefused.

    clock gives Unix seconds. `by` is the author of a change in the audit. pepper keys the hashes of names and addresses
    (accounts/sign_in.py).
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time, pepper: str = "") -> None:
        self.database, self._clock = database, clock
        self._audit = Audit(database, clock)
        self._attempts = Attempts(self._audit, pepper)

    async def add(self, name: str, role: Role, password: str, by: str, *, ministry: str = "") -> None:
        """Create an account, of a ministry or of none."""
        async with self._attempt(by, "operators add", name):
            if not NAME.fullmatch(name):
                raise AccountRefused(NAME_REFUSED)
            event = AuditEvent(by, "operators add", name, role_details(role, known_ministry(ministry)))
            row = {"name": name, "role": role, "password": await _chosen(name, password), "created_at": self._now(),
                   "closed_at": None, "visited_at": None, "visits_ended": 0, "ministry": ministry}  # fmt: skip
            async with self.database.exclusive_transaction() as writer:
                if not await writer.insert_once(tables.operators, row):
                    raise AccountRefused(NAME_TAKEN.format(name))
                await self._audit.add_within(writer, event)

    async def close(self, name: str, by: str) -> None:
        """Close an account: sign-in with this name is refused from now on."""
        async with self._attempt(by, "operators close", name):
            await self._change(CLOSE, AuditEvent(by, "operators close", _possible(name)), now=self._now())

    async def change_password(self, name: str, password: str, by: str) -> None:
        """Change the password of an open account."""
        async with self._attempt(by, "operators password", name):
            event = AuditEvent(by, "operators password", _possible(name))
            await self._change(CHANGE, event, to=await _chosen(name, password))

    async def change_ministry(self, name: str, ministry: str, by: str) -> None:
        """Bind an open account to a ministry, or to none for ""."""
        async with self._attempt(by, "operators ministry", name):
            event = AuditEvent(
                by, "operators ministry", _possible(name), {"after": known_ministry(ministry) or ALL_MINISTRIES}
            )
            await self._change(BIND, event, to=ministry)

    async def known(self) -> list[Account]:
        """Every account, also closed ones, sorted by name."""
        rows = await self.database.rows(ALL)
        return [Account(**row | {name: bool(row[name]) for name in FLAGS}) for row in rows]

    async def standing(self, name: str) -> Standing | None:
        """What the open account with this name is now; None if there is none."""
        found = await self.database.rows(ONE, called=name)
        if not found or found[0]["closed_at"] is not None:
            return None
        proof = f"{found[0]['password']} {found[0]['visits_ended']}"
        return Standing(found[0]["role"], found[0]["ministry"], sha256(proof.encode()).hexdigest())

    async def note_visit(self, name: str) -> None:
        """Record that the person of this account signed in at the desk now."""
        await self.database.write(VISITED, called=name, now=self._now())

    async def sign_in(self, name: str, password: str, tries: AttemptCounter, origin: Origin = UNKNOWN) -> Operator:
        """Check the name and password, and return the operator. Raises SignInRefused, and the errors of `tries`.

        An unknown name takes as long as a wrong password.
        """
        found = await self.database.rows(ONE, called=name) if NAME.fullmatch(name) else []
        account: dict[str, Any] = found[0] if found else {"password": None, "closed_at": None}
        async with self._attempts.attempt(name, name if found else NO_ACCOUNT, origin, tries):
            if not await passwords.fits(account["password"], password) or account["closed_at"] is not None:
                raise WrongPassword
            if passwords.is_outdated(account["password"]):
                now = await passwords.hashed(password)
                await self.database.write(REHASH, called=name, was=account["password"], to=now)
        return Operator(name, account["role"], account["ministry"])

    async def _change(self, change: Executable, event: AuditEvent, **values: object) -> None:
        async with self.database.exclusive_transaction() as writer:
            if not await writer.rows(change, called=event.subject, **values):
                raise AccountRefused(NOBODY)
            if change is CLOSE:
                await forget_contact_within(writer, event.subject)
            await self._audit.add_within(writer, event)

    def _attempt(self, by: str, action: str, name: str) -> AbstractAsyncContextManager[None]:
        """Record a refused change. An invalid name is not written to the audit: it may be a password."""
        return attempt(self._audit, by, action, name if NAME.fullmatch(name) else "?")

    def _now(self) -> int:
        return round(self._clock())


def _possible(name: str) -> str:
    """Return the name if it is valid. Raises AccountRefused."""
    if not NAME.fullmatch(name):
        raise AccountRefused(NOBODY)
    return name


async def _chosen(name: str, password: str) -> str:
    """The hash of a new password. Raises AccountRefused if it is too weak."""
    if wrong := passwords.wrong_with(name, password):
        raise AccountRefused(f"Mot de passe refusé : {wrong}.")
    return await passwords.hashed(password)
