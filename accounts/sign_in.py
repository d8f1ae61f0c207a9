"""Limits of sign-in: few passwords at once, and few wrong ones for a name and from an address.

A password takes 64 MiB and much of a second, so few tries wait in a queue. An address from which the operator signed in
before has its own queue and count: strangers cannot delay or lock out its tries. Refusals are counted and logged. The
audit has each wrong password, and the 1st, 10th and 100th try from an address for a locked account (MAX_ENTRIES).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import prometheus_client
import structlog

from accounts.audit import Audit, AuditEvent
from accounts.refusals import MARK
from state.errors import ZinError
from state.identity import Pseudonyms

MAX_WRONG: Final = 10  # passwords for one name
MAX_WRONG_OF_ADDRESS: Final = 30  # passwords from one address for all names
WRONG_SECONDS: Final = 900  # from the first wrong one
MAX_WAITING: Final = 4  # in each queue of one process
MAX_AT_ONCE_OF_ADDRESS: Final = 2  # in the queue of unknown addresses: one address cannot fill it
BUSY_SECONDS: Final = 5  # before a refused try may be repeated
USUAL_SECONDS: Final = 30 * 24 * 3600  # an address is known for that long after a sign-in from it
MAX_ENTRIES: Final = 50  # of refused tries in the audit within WRONG_SECONDS
VISITOR: Final = "visiteur inconnu"  # in the audit: no account has a name with a space
NO_ACCOUNT: Final = "compte inconnu"  # instead of the typed name, which may be a password
Why = Literal["wrong_password", "locked_out", "busy"]
ACTIONS: Final[dict[Why, str]] = {"wrong_password": f"{MARK}sign-in", "locked_out": f"{MARK}sign-in locked"}
SIGN_INS = prometheus_client.Counter("zin_sign_ins_total", "Tries to sign in, by how they ended", ["how"])
log = structlog.get_logger()


class SignInRefused(ZinError):
    """A try to sign in was refused. retry_seconds is the wait before another try is useful, 0 for none."""

    why: Why = "wrong_password"
    retry_seconds: int = 0


class WrongPassword(SignInRefused):
    """No open account has this name and password. The text does not say which of the three is wrong."""

    def __init__(self) -> None:
        super().__init__("Nom ou mot de passe incorrect.")


class TooManyTries(SignInRefused):
    """Too many wrong passwords: also the right one is refused for WRONG_SECONDS."""

    why: Why = "locked_out"
    retry_seconds = WRONG_SECONDS

    def __init__(self) -> None:
        super().__init__(f"Trop de mots de passe incorrects : réessayez dans {WRONG_SECONDS // 60} minutes.")


class TooBusy(SignInRefused):
    """Too many passwords wait to be checked."""

    why: Why = "busy"
    retry_seconds = BUSY_SECONDS

    def __init__(self) -> None:
        super().__init__(f"Trop de connexions en ce moment : réessayez dans {BUSY_SECONDS} secondes.")


class AttemptCounter(Protocol):
    """Counters of all processes that expire: the part of state.store.interface.Store that is needed here."""

    async def get(self, key: str) -> bytes:
        """The counter's value as digits, empty if there is none."""

    async def increment(self, key: str, life: float) -> int:
        """Add one and return the new value. A new counter expires after `life` seconds."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a try: the client's address, "" if there is none, and its name in the audit."""

    address: str = ""
    by: str = VISITOR


class Queue:
    """A queue that checks one password at a time; MAX_WAITING wait, at most of_address of one address (0: no limit)."""

    def __init__(self, of_address: int) -> None:
        self._turn, self._of_address = asyncio.Semaphore(1), of_address
        self._inside: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Wait for a turn. Raises TooBusy at once if the queue is full."""
        if (address and 0 < self._of_address <= self._inside[address]) or self._inside.total() > MAX_WAITING:
            raise TooBusy
        self._inside[address] += 1
        try:
            async with self._turn:
                yield
        finally:
            self._inside[address] -= 1
            self._inside += Counter()  # removes zero counts


class Attempts:
    """The tries of one process. pepper keys the hashes of names and addresses in the store, the log and the audit."""

    def __init__(self, audit: Audit, pepper: str) -> None:
        self._audit, self._names = audit, Pseudonyms(pepper)
        self._usual, self._others = Queue(0), Queue(MAX_AT_ONCE_OF_ADDRESS)

    @asynccontextmanager
    async def attempt(self, name: str, account: str, origin: Origin, tries: AttemptCounter) -> AsyncIterator[None]:
        """Wait for a turn to check one password for this name; the body raises WrongPassword if it is wrong.

        account is its name or NO_ACCOUNT. Raises SignInRefused after recording it, and errors of tries and the audit.
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
            await self._within(limits, tries)  # again, because of wrong passwords meanwhile
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
        """Count and log a refusal, and add it to the audit unless a limit is reached."""
        address = self._names.of(origin.address)[:12] if origin.address else ""
        SIGN_INS.labels(why).inc()
        log.warning("sign-in refused", why=why, account=account, address=address)
        if why not in ACTIONS:
            return
        times = await tries.increment(f"refused:{why}:{self._names.of(f'{account} {origin.address}')}", WRONG_SECONDS)
        if why == "locked_out" and str(times).strip("0") != "1":
            return
        if await tries.increment("refused:entries", WRONG_SECONDS) <= MAX_ENTRIES:
            details = {"times": str(times)} | ({"address": address} if address else {})
            await self._audit.add(AuditEvent(origin.by, ACTIONS[why], account, details))
