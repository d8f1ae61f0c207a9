"""Links with which a person chooses a password: sent by an administrator for a new account, or a forgotten password.

A link works once and for three days; the newest of an account replaces the one before. The database has only the digest
of its token, so a person who reads the database cannot use it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update

from accounts import passwords
from accounts.audit import Audit, AuditEvent
from accounts.refusals import AccountRefused, attempt
from accounts.second_factors import forget_factor_within
from database import tables
from database.interface import Database, Writer

LINK_SECONDS: Final = 3 * 24 * 3600
USELESS: Final = "Ce lien a déjà servi, ou il est trop vieux. Demandez-en un autre à la personne qui vous l’a donné."
_L, _O = tables.account_links.c, tables.operators.c
FIND: Final = (
    select(_L.name, _L.made_by, _L.resets_factor)
    .join(tables.operators, _O.name == _L.name)
    .where(_L.digest == bindparam("of"), _L.expires_at > bindparam("now"), _O.closed_at.is_(None))
)
FORGET: Final = delete(tables.account_links).where(_L.name == bindparam("called")).returning(_L.name)
CHOOSE: Final = (
    update(tables.operators)
    .where(_O.name == bindparam("called"), _O.closed_at.is_(None))
    .values(password=bindparam("to"))
    .returning(_O.name)
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that can be used: the account that it opens, and the administrator who made it.

    resets_factor means that its use removes the second factor: of a lost phone.
    """

    name: str
    made_by: str
    resets_factor: bool


async def make_link_within(writer: Writer, link: Link, now: float) -> str:
    """Store a new link in an open transaction, and return its token, which is shown once."""
    token, made = token_urlsafe(32), asdict(link)
    await writer.rows(FORGET, called=link.name)
    row = {**made, "digest": _digest(token), "expires_at": round(now) + LINK_SECONDS}
    await writer.insert_once(tables.account_links, {**row, "resets_factor": int(link.resets_factor)})
    return token


async def forget_links_within(writer: Writer, name: str) -> None:
    """Remove the links of this account in an open transaction."""
    await writer.rows(FORGET, called=name)


class AccountLinks:
    """The links in one database. clock gives Unix seconds. Methods raise SourceUnavailable, and AccountRefused."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        self._audit = Audit(database, clock)

    async def find(self, token: str) -> Link:
        """Return a link that can still be used."""
        return _usable(await self._database.rows(FIND, of=_digest(token), now=round(self._clock())))

    async def use(self, token: str, password: str) -> Link:
        """Give the account this password, once. A refused password leaves the link as it is."""
        link = await self.find(token)
        details = {"link": link.made_by, **({"second factor": "enlevé"} if link.resets_factor else {})}
        event = AuditEvent(link.name, "operators join", link.name, details)
        async with attempt(self._audit, link.name, event.action, link.name):
            if wrong := passwords.wrong_with(link.name, password):
                raise AccountRefused(f"Mot de passe refusé : {wrong}.")
            chosen = await passwords.hashed(password)
            async with self._database.exclusive_transaction() as writer:
                _usable(await writer.rows(FIND, of=_digest(token), now=round(self._clock())))
                await writer.rows(FORGET, called=link.name)
                await writer.rows(CHOOSE, called=link.name, to=chosen)
                if link.resets_factor:
                    await forget_factor_within(writer, link.name)
                await self._audit.add_within(writer, event)
        return link


def _usable(found: list[dict[str, Any]]) -> Link:
    if not found:
        raise AccountRefused(USELESS)
    return Link(**{**found[0], "resets_factor": bool(found[0]["resets_factor"])})


def _digest(token: str) -> str:
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
