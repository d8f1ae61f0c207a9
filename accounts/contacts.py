"""Where accounts are notified of what waits for them: by e-mail or SMS, as each chose on its own page.

An account without a choice is not notified, and nothing of it is stored. Address and number are encrypted.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

import orjson
from sqlalchemy import bindparam, delete, select

from accounts.audit import Audit, AuditEvent
from accounts.refusals import AccountRefused, attempt
from database import tables
from database.encryption import Seal
from database.interface import Database, Writer

Way = Literal["email", "sms"]
WAY_NAMES: Final[dict[Way, str]] = {"email": "e-mail", "sms": "SMS"}
NO_WAY: Final = "aucun"  # in the audit
MAX_EMAIL: Final = 254  # characters: RFC 5321, 4.5.3.1.3
# An address of RFC 5321 without quotes and without letters beyond ASCII, so that it needs no SMTPUTF8.
EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
EMAIL_REFUSED: Final = "Cette adresse e-mail n’est pas possible : écrivez-la comme prenom.nom@exemple.bj."
NO_EMAIL: Final = "Donnez une adresse e-mail, ou choisissez une autre manière."
NO_NUMBER: Final = "Donnez un numéro de téléphone, ou choisissez une autre manière."
ACTION: Final = "operators contact"
_C, _N, _Q = tables.contacts.c, tables.notified_tasks.c, tables.notifications.c
CONTACT: Final = select(_C.way, _C.sealed).where(_C.key == bindparam("called"))
FORGET: Final = (
    delete(tables.contacts).where(_C.key == bindparam("called")).returning(_C.key),
    delete(tables.notified_tasks).where(_N.name == bindparam("called")).returning(_N.name),
    delete(tables.notifications).where(_Q.name == bindparam("called")).returning(_Q.name),
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where one account is notified: way says which of its addresses is used. number is in E.164."""

    way: Way
    email: str = field(default="", repr=False)
    number: str = field(default="", repr=False)


class Contacts:
    """The contacts in one database, encrypted by seal. clock gives Unix seconds. Methods raise SourceUnavailable."""

    def __init__(self, database: Database, seal: Seal, clock: Callable[[], float] = time.time) -> None:
        self._database, self._seal = database, seal
        self._audit = Audit(database, clock)

    async def find(self, name: str) -> Contact | None:
        """Return the contact of an account. Raises ZinError if no configured key decrypts it."""
        found = await self._database.rows(CONTACT, called=name)
        if not found:
            return None
        email, number = orjson.loads(self._seal.decrypt(found[0]["sealed"], tables.contacts.name, name))
        return Contact(found[0]["way"], email, number)

    async def change(self, name: str, contact: Contact | None) -> None:
        """Change one's own contact; None forgets it, with all that waits to be sent. Raises AccountRefused."""
        async with attempt(self._audit, name, ACTION, name):
            if contact:
                _require_address(contact)
            async with self._database.exclusive_transaction() as writer:
                before = await writer.rows(CONTACT, called=name)
                await (self._store(writer, name, contact) if contact else forget_contact_within(writer, name))
                way = WAY_NAMES[contact.way] if contact else NO_WAY
                details = {"before": WAY_NAMES[before[0]["way"]] if before else NO_WAY, "after": way}
                await self._audit.add_within(writer, AuditEvent(name, ACTION, name, details))

    async def _store(self, writer: Writer, name: str, contact: Contact) -> None:
        content = orjson.dumps([contact.email, contact.number]).decode()
        sealed = self._seal.encrypt(content, tables.contacts.name, name)
        await writer.upsert(tables.contacts, {"key": name, "way": contact.way, "sealed": sealed, "look_at": 0})


async def forget_contact_within(writer: Writer, name: str) -> None:
    """Delete in an open transaction where an account is notified, what it was notified of and what waits for it."""
    for one in FORGET:
        await writer.rows(one, called=name)


def _require_address(contact: Contact) -> None:
    """Raise AccountRefused if the address of the chosen way is missing, or an e-mail address impossible."""
    if contact.email and not (len(contact.email) <= MAX_EMAIL and EMAIL.fullmatch(contact.email)):
        raise AccountRefused(EMAIL_REFUSED)
    if contact.way == "email" and not contact.email:
        raise AccountRefused(NO_EMAIL)
    if contact.way == "sms" and not contact.number:
        raise AccountRefused(NO_NUMBER)
