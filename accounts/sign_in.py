"""Who may try a password now: few at once, so many wrong ones for a name and from an address, and none unrecorded.

Each password takes 64 MiB and a good part of a second, so tries wait in a short queue, and beyond it are refused at
once. From where an operator has signed in before there is a queue and a count of its own: strangers neither hold such a
try up nor lock it out. Each refusal is counted, and in the log. The audit has each wrong password, and of an account
that is locked out the first, tenth and hundredth try from one address; MAX_ENTRIES of both within WRONG_SECONDS.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import prometheus_client
import structlog
from sqlalchemy import bindparam, select

from accounts.audit import Audit, AuditEvent
from accounts.refusals import MARK
from database import tables
from database.interface import Database
from state.errors import ZinError
from state.identity import Pseudonyms

MAX_WRONG: Final = 10  # passwords for one name
MAX_WRONG_OF_ADDRESS: Final = 30  # passwords from one address, whatever the names
WRONG_SECONDS: Final = 900  # from the first wrong one
MAX_WAITING: Final = 4  # in each queue of one process
MAX_AT_ONCE_OF_ADDRESS: Final = 2  # in the queue of strangers: one address does not fill it
BUSY_SECONDS: Final = 5  # after which a refused try may be made again
USUAL_SECONDS: Final = 30 * 24 * 3600  # for which an address is known after signing in from it
MAX_ENTRIES: Final = 50  # of refused tries, in the audit, within WRONG_SECONDS
VISITOR: Final = "visiteur inconnu"  # in the audit: no account has a name with a space
NO_ACCOUNT: Final = "compte inconnu"  # whatever was typed for a name: it may have been a password
Why = Literal["wrong_password", "locked_out", "busy"]
ACTIONS: Final[dict[Why, str]] = {"wrong_password": f"{MARK}sign-in", "locked_out": f"{MARK}sign-in locked"}
_A: Final = tables.audit.c
FAILURES: Final = select(_A.number).where(
    _A.subject == bindparam("called"),
    _A.action == ACTIONS["wrong_password"],
    _A.operator.startswith("console:"),
    _A.at >= bindparam("since"),
)
SIGN_INS = prometheus_client.Counter("zin_sign_ins_total", "Tries to sign in, by how they ended", ["how"])
log = structlog.get_logger()


class SignInRefused(ZinError):
    """A try to sign in that was not let through. retry_seconds is after how long another can help, 0 for at once."""

    why: Why = "wrong_password"
    retry_seconds: int = 0


class WrongPassword(SignInRefused):
    """No open account has this name and this password. Which of the three is wrong is not told."""

    def __init__(self) -> None:
        super().__init__("Nom ou mot de passe incorrect.")


class TooManyTries(SignInRefused):
    """So many wrong passwords that the right one is not taken either, for a while."""

    why: Why = "locked_out"
    retry_seconds = WRONG_SECONDS

    def __init__(self) -> None:
        super().__init__(f"Trop de mots de passe incorrects : réessayez dans {WRONG_SECONDS // 60} minutes.")


class TooBusy(SignInRefused):
    """More passwords are waiting to be looked at than can be in time."""

    why: Why = "busy"
    retry_seconds = BUSY_SECONDS

    def __init__(self) -> None:
        super().__init__(f"Trop de connexions en ce moment : réessayez dans {BUSY_SECONDS} secondes.")


class AttemptCounter(Protocol):
    """Counts for a while, for all processes together: the part of state.store.redis.Store that is needed."""

    async def get(self, key: str) -> bytes: ...
    async def increment(self, key: str, life: float) -> int: ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a try comes from: the address of the client, "" where there is none, and who that is in the audit."""

    address: str = ""
    by: str = VISITOR


class RecordedTries:
    """Tries on the command line, which may have no store: counted in the audit, where each has its entry."""

    def __init__(self, database: Database, name: str) -> None:
        self._database, self._name = database, name

    async def get(self, key: str) -> bytes:
        return b"%d" % await self._failures() if key.startswith("wrong-password:") else b""

    async def increment(self, key: str, life: float) -> int:
        return 1

    async def _failures(self) -> int:
        """Wrong passwords for this name on the command line within WRONG_SECONDS."""
        since = round((time.time() - WRONG_SECONDS) * 1000)
        return len(await self._database.rows(FAILURES, called=self._name, since=since))


class Queue:
    """One password at a time, and MAX_WAITING behind it; of one address so many, 0 for any number."""

    def __init__(self, of_address: int) -> None:
        self._turn, self._of_address = asyncio.Semaphore(1), of_address
        self._inside: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Raises TooBusy at once, rather than to wait in vain."""
        crowded = address and 0 < self._of_address <= self._inside[address]
        if crowded or self._inside.total() > MAX_WAITING:
            raise TooBusy
        self._inside[address] += 1
        try:
            async with self._turn:
                yield
        finally:
            self._inside[address] -= 1
            self._inside += Counter()  # without those that are at none


class Attempts:
    """The tries of one process. pepper keeps names and addresses from being read in the store, the log or the audit."""

    def __init__(self, audit: Audit, pepper: str) -> None:
        self._audit, self._names = audit, Pseudonyms(pepper)
        self._usual, self._others = Queue(0), Queue(MAX_AT_ONCE_OF_ADDRESS)

    @asynccontextmanager
    async def attempt(self, name: str, account: str, origin: Origin, tries: AttemptCounter) -> AsyncIterator[None]:
        """A turn to look at one password for this name; the body raises WrongPassword.

        account is the name of the account, NO_ACCOUNT where there is none. Raises SignInRefused, which then is
        recorded, and what tries and the audit raise.
        """
        try:
            async with self._counted(name, origin, tries):
                yield
        except SignInRefused as refused:
            await self._record(refused.why, account, origin, tries)
            raise
        SIGN_INS.labels("signed_in").inc()

    @asynccontextmanager
    async def _counted(self, name: str, origin: Origin, tries: AttemptCounter) -> AsyncIterator[None]:
        pair = self._names.of(f"{name} {origin.address}")
        usual = bool(origin.address and await tries.get(f"signed-in:{pair}"))
        limits = {f"wrong-password:{pair if usual else self._names.of(name)}": MAX_WRONG}
        if origin.address and not usual:
            limits[f"wrong-password-from:{self._names.of(origin.address)}"] = MAX_WRONG_OF_ADDRESS
        await self._within(limits, tries)
        async with (self._usual if usual else self._others).turn(origin.address):
            await self._within(limits, tries)  # once more: others were wrong meanwhile
            try:
                yield
            except WrongPassword:
                for key in limits:
                    await tries.increment(key, WRONG_SECONDS)
                raise
        if origin.address:
            await tries.increment(f"signed-in:{pair}", USUAL_SECONDS)

    async def _within(self, limits: dict[str, int], tries: AttemptCounter) -> None:
        for key, most in limits.items():
            if int(await tries.get(key) or 0) >= most:
                raise TooManyTries

    async def _record(self, why: Why, account: str, origin: Origin, tries: AttemptCounter) -> None:
        """Count, log and, where it is one of those that are kept, add to the audit."""
        address = self._names.of(origin.address)[:12] if origin.address else ""
        SIGN_INS.labels(why).inc()
        log.warning("sign-in refused", why=why, account=account, address=address)
        if why not in ACTIONS:
            return
        times = await tries.increment(f"refused:{why}:{self._names.of(f'{account} {origin.address}')}", WRONG_SECONDS)
        if why == "locked_out" and str(times).strip("0") != "1":
            return
        if await tries.increment("refused:entries", WRONG_SECONDS) <= MAX_ENTRIES:
            told = {"times": str(times)} | ({"address": address} if address else {})
            await self._audit.add(AuditEvent(origin.by, ACTIONS[why], account, told))
