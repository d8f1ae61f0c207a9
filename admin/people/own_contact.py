"""Where somebody is notified of what waits for them, as they type it on the page of their own account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from accounts.contacts import Contact, Contacts
from accounts.refusals import AccountRefused
from admin.context import AdminContext
from channels.contracts.phone_numbers import normalize_number
from database.encryption import Seal
from settings import Settings
from state.errors import BadRequest, SourceUnavailable, ZinError

MAX_CHARACTERS: Final = 300  # of a field
NUMBER_REFUSED: Final = "Ce numéro de téléphone n’est pas possible : écrivez-le avec tous ses chiffres."
NO_SERVER: Final = "Ce serveur n’envoie pas d’e-mail : choisissez le SMS."


@dataclass(frozen=True, slots=True)
class TypedContact:
    """The fields of the form; way is "" to be notified no more."""

    way: str = ""
    email: str = field(default="", repr=False)
    number: str = field(default="", repr=False)

    @classmethod
    def of(cls, contact: Contact | None, settings: Settings) -> TypedContact:
        """Return the form of a contact; of none, e-mail is offered first where there is a mail server."""
        if contact:
            return cls(contact.way, contact.email, contact.number)
        return cls("email" if settings.smtp else "")

    @classmethod
    def sent(cls, given: Mapping[str, object]) -> TypedContact:
        """Return the form as it was sent."""
        return cls(*(str(given.get(name, ""))[:MAX_CHARACTERS].strip() for name in ("way", "email", "number")))

    def contact(self, settings: Settings) -> Contact | None:
        """Return the contact that was typed, None to be notified no more. Raises AccountRefused."""
        if self.way == "email":
            if settings.smtp is None:
                raise AccountRefused(NO_SERVER)
            return Contact("email", self.email, self._normal_number())
        return Contact("sms", self.email, self._normal_number()) if self.way == "sms" else None

    def _normal_number(self) -> str:
        try:
            return normalize_number(self.number) if self.number else ""
        except BadRequest:
            raise AccountRefused(NUMBER_REFUSED) from None


def contacts_of(desk: AdminContext) -> Contacts:
    """Return the contacts of the accounts."""
    return Contacts(desk.database, Seal(*desk.settings.secrets.rest), desk.versions.clock)


async def find_contact(desk: AdminContext, name: str) -> Contact | None:
    """Return the contact of an account; none if no key decrypts it any more. Raises SourceUnavailable."""
    try:
        return await contacts_of(desk).find(name)
    except SourceUnavailable:
        raise
    except ZinError:
        return None
