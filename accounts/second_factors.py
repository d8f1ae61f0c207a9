"""The second factor of an account: a code of an app on the phone (accounts/totp.py), or a recovery code from paper.

A secret is offered first, and is the account's only when a code of it came back, so that a phone that failed to read it
locks nobody out. Each code works once: the step of a code that was used is stored in the same statement that checks
it, and a recovery code is deleted by its use, so two servers cannot accept one code twice. Tries are counted before
they are checked.
"""

from __future__ import annotations

import time
from base64 import b32encode
from collections.abc import Callable
from hashlib import sha256
from secrets import token_bytes
from typing import Final

from sqlalchemy import bindparam, delete, func, select, update

from accounts import totp
from accounts.audit import Audit, AuditEvent
from accounts.refusals import Refused, attempt
from accounts.sign_in import AttemptCounter
from database import tables
from database.encryption import Seal
from database.interface import Database, Writer

MAX_TRIES: Final = 10  # codes for one account, right ones too
TRIES_SECONDS: Final = 900  # from the first of them
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10  # 80 bits: a digest of it cannot be guessed from the database
TABLE, OFFERED = tables.second_factors, tables.offered_factors
_F, _N, _R = TABLE.c, OFFERED.c, tables.recovery_codes.c
FACTOR: Final = select(_F.sealed).where(_F.key == bindparam("called"))
OFFER: Final = select(_N.sealed).where(_N.key == bindparam("called"))
LEFT: Final = select(func.count().label("many")).where(_R.name == bindparam("called"))
USE: Final = (
    update(TABLE)
    .where(_F.key == bindparam("called"), _F.last_step < bindparam("step"))
    .values(last_step=bindparam("step"))
    .returning(_F.key)
)
USE_RECOVERY: Final = (
    delete(tables.recovery_codes)
    .where(_R.name == bindparam("called"), _R.digest == bindparam("of"))
    .returning(_R.digest)
)
FORGET: Final = (
    delete(TABLE).where(_F.key == bindparam("called")).returning(_F.key),
    delete(OFFERED).where(_N.key == bindparam("called")).returning(_N.key),
    delete(tables.recovery_codes).where(_R.name == bindparam("called")).returning(_R.name),
)


class WrongCode(Refused):
    """The code is not that of the second factor, or was used before."""

    def __init__(self) -> None:
        super().__init__("Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant sur votre téléphone.")


class TooManyCodes(Refused):
    """Too many codes were tried: also the right one is refused for a while."""

    def __init__(self) -> None:
        super().__init__(f"Trop de codes essayés : recommencez dans {TRIES_SECONDS // 60} minutes.")


class SecondFactors:
    """The second factors in one database, with secrets encrypted by seal. clock gives Unix seconds.

    Every method raises SourceUnavailable; a secret of a key that is not configured raises ZinError.
    """

    def __init__(self, database: Database, seal: Seal, clock: Callable[[], float] = time.time) -> None:
        self._database, self._seal, self._clock = database, seal, clock
        self._audit = Audit(database, clock)

    async def is_set(self, name: str) -> bool:
        """Return whether this account has a second factor."""
        return bool(await self._database.rows(FACTOR, called=name))

    async def recovery_left(self, name: str) -> int:
        """Return how many recovery codes were not used yet."""
        left: int = (await self._database.rows(LEFT, called=name))[0]["many"]
        return left

    async def offer(self, name: str) -> bytes:
        """Return a new secret for the app; it counts after `confirm`. The present second factor stays until then."""
        secret = totp.new_secret()
        sealed = self._seal.encrypt(totp.written(secret), OFFERED.name, name)
        await self._database.upsert(OFFERED, {"key": name, "sealed": sealed})
        return secret

    async def offered(self, name: str) -> bytes | None:
        """Return the secret that was offered and not confirmed yet."""
        found = await self._database.rows(OFFER, called=name)
        return totp.read(self._seal.decrypt(found[0]["sealed"], OFFERED.name, name)) if found else None

    async def confirm(self, name: str, typed: str, tries: AttemptCounter) -> list[str]:
        """Make the offered secret the account's, and return its recovery codes, which replace those before.

        Raises WrongCode and TooManyCodes.
        """
        async with attempt(self._audit, name, "operators factor", name):
            await self._count(name, tries)
            secret = await self.offered(name)
            step = totp.step_of(secret, _digits(typed), self._clock()) if secret else None
            if secret is None or step is None:
                raise WrongCode
            codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
            sealed = self._seal.encrypt(totp.written(secret), TABLE.name, name)
            async with self._database.exclusive_transaction() as writer:
                had = await writer.rows(FACTOR, called=name)
                await forget_factor_within(writer, name)
                await writer.insert_once(TABLE, {"key": name, "sealed": sealed, "last_step": step})
                await writer.add(tables.recovery_codes, [{"name": name, "digest": _digest(name, one)} for one in codes])
                details = {"before": "oui" if had else "non", "after": "oui"}
                await self._audit.add_within(writer, AuditEvent(name, "operators factor", name, details))
        return codes

    async def check(self, name: str, typed: str, tries: AttemptCounter) -> None:
        """Use up a code of the app or a recovery code. Raises WrongCode and TooManyCodes, and records them."""
        async with attempt(self._audit, name, "operators code", name):
            await self._count(name, tries)
            if not await self._uses_code(name, typed) and not await self._uses_recovery(name, typed):
                raise WrongCode

    async def reset(self, name: str, by: str) -> bool:
        """Remove the second factor of an account: the last resort of a person with the server's shell."""
        async with self._database.exclusive_transaction() as writer:
            if had := await forget_factor_within(writer, name):
                details = {"before": "oui", "after": "non"}
                await self._audit.add_within(writer, AuditEvent(by, "operators factor", name, details))
        return had

    async def _uses_code(self, name: str, typed: str) -> bool:
        found = await self._database.rows(FACTOR, called=name)
        if not found:
            return False
        secret = totp.read(self._seal.decrypt(found[0]["sealed"], TABLE.name, name))
        step = totp.step_of(secret, _digits(typed), self._clock())
        return step is not None and bool(await self._database.write(USE, called=name, step=step))

    async def _uses_recovery(self, name: str, typed: str) -> bool:
        async with self._database.exclusive_transaction() as writer:
            if not await writer.rows(USE_RECOVERY, called=name, of=_digest(name, typed)):
                return False
            left = (await writer.rows(LEFT, called=name))[0]["many"]
            await self._audit.add_within(writer, AuditEvent(name, "operators recovery", name, {"left": str(left)}))
        return True

    async def _count(self, name: str, tries: AttemptCounter) -> None:
        """Count a try before it is checked, so that many at once are not more than one after the other."""
        if await tries.increment(f"second-factor:{name}", TRIES_SECONDS) > MAX_TRIES:
            raise TooManyCodes


async def forget_factor_within(writer: Writer, name: str) -> bool:
    """Remove the second factor and recovery codes of an account in an open transaction; return whether it had one."""
    removed = [await writer.rows(one, called=name) for one in FORGET]
    return bool(removed[0])


def _recovery_code() -> str:
    """Return a random code in four groups of four letters and digits."""
    code = b32encode(token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _digits(typed: str) -> str:
    """Return a code without the spaces that apps show between its digits."""
    return "".join(typed.split())[:20]


def _digest(name: str, typed: str) -> str:
    """Return the digest of a recovery code of this account, however its groups were typed."""
    plain = "".join(sign for sign in typed[:60].lower() if sign.isalnum())
    return sha256(f"{name} {plain}".encode(errors="surrogatepass")).hexdigest()
