"""The records of logins in the store, each under the digest of its cookie, and the list of them for each account.

A record ends when it is idle, and at the latest after a working day. The list of an account holds the digests of its
records; one that ended stays in it until the list is read or written again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

import orjson

from state.store.interface import Store

MAX_IDLE_SECONDS: Final = 30 * 60.0  # seconds
MAX_LOGIN_SECONDS: Final = 9 * 3600.0  # seconds
TOUCH_SECONDS: Final = 60.0  # seconds between two notes that somebody is still there
MAX_LISTED: Final = 50  # logins of one account; older ones end by themselves, and are not listed
VISIT: Final = 3  # the format of the records: raise it when the fields of LoginSession change


@dataclass(frozen=True, slots=True)
class LoginSession:
    """The record of one login. name is "" without an account; times are Unix seconds.

    proof is the stamp of the account (Accounts.standing) when the session began; device is the kind of browser.
    """

    name: str
    proof: str
    csrf: str
    began: float
    seen: float
    device: str


@dataclass(frozen=True, slots=True)
class ListedLogin:
    """A login in the list of its account, by the digest of its cookie."""

    digest: str
    session: LoginSession


class LoginSessions:
    """The records in one store. clock gives Unix seconds. Every method raises StoreUnavailable."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store, self._clock = store, clock

    async def begin(self, name: str, proof: str, device: str) -> tuple[str, LoginSession]:
        """Write a new record, and return the token of its cookie."""
        token, now = token_urlsafe(32), self._clock()
        session = LoginSession(name, proof, token_urlsafe(32), now, now, device)
        await self._store.compare_and_set(_key(digest(token)), b"", _written(session), MAX_IDLE_SECONDS)
        if name:
            await self._list(name, digest(token))
        return token, session

    async def find(self, token: str) -> LoginSession | None:
        """Return the record of this cookie, and note that somebody is there; None if it ended."""
        key = _key(digest(token))
        stored, now = await self._store.get(key), self._clock()
        session = _read(stored)
        if session is None or self._has_ended(session):
            return None
        if not 0.0 <= now - session.seen <= TOUCH_SECONDS:  # also when the clock was put back, or it would end in use
            await self._store.compare_and_set(key, stored, _written(replace(session, seen=now)), MAX_IDLE_SECONDS)
        return session

    async def of_account(self, name: str, proof: str) -> Sequence[ListedLogin]:
        """Return the logins of an account that have not ended, the newest first."""
        found = []
        for one in _digests(await self._store.get(_list_key(name))):
            session = _read(await self._store.get(_key(one)))
            if session and session.name == name and session.proof == proof and not self._has_ended(session):
                found.append(ListedLogin(one, session))
        return sorted(found, key=lambda one: -one.session.began)

    async def end(self, ended: str) -> None:
        """Delete the record with this digest, if there is one."""
        key = _key(ended)
        while not await self._store.compare_and_set(key, await self._store.get(key), b"", 0.001):
            """Another request noted just now that somebody is there."""

    async def _list(self, name: str, added: str) -> None:
        key = _list_key(name)
        while True:
            stored = await self._store.get(key)
            listed = [one for one in _digests(stored) if await self._store.get(_key(one))]
            now = orjson.dumps([*listed, added][-MAX_LISTED:])
            if await self._store.compare_and_set(key, stored, now, MAX_LOGIN_SECONDS):
                return

    def _has_ended(self, session: LoginSession) -> bool:
        now = self._clock()
        return now - session.began > MAX_LOGIN_SECONDS or now - session.seen > MAX_IDLE_SECONDS


def digest(token: str) -> str:
    """Return the name of the record of this cookie."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def _written(session: LoginSession) -> bytes:
    return orjson.dumps(astuple(session))


def _read(stored: bytes) -> LoginSession | None:
    try:
        name, proof, csrf, began, seen, device = orjson.loads(stored or b"null")
        return LoginSession(str(name), str(proof), str(csrf), float(began), float(seen), str(device))
    except (TypeError, ValueError):
        return None


def _digests(stored: bytes) -> list[str]:
    """Return the digests of a list; none for what is no list."""
    try:
        return [one for one in orjson.loads(stored or b"[]") if isinstance(one, str)]
    except (TypeError, ValueError):
        return []


def _key(named: str) -> str:
    """Return the key of the record; it contains the format number, so that formats are never confused."""
    return f"desk:{VISIT}:{named}"


def _list_key(name: str) -> str:
    return f"desk-visits:{name}"
