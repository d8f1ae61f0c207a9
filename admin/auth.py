"""Access to the admin site: a random cookie, and a session record in the store.

In production a name and a password are required. In a demonstration the user of the machine itself is let in: the
request comes from loopback and names a loopback host, so that a page of another site cannot use a host name of its own.
A record ends when it is idle, and at the latest after a working day; when an account is closed or its password changes,
its next request is refused.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from ipaddress import ip_address
from secrets import token_urlsafe
from typing import Final
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from accounts.accounts import Accounts
from accounts.sign_in import Origin
from admin.client_address import client_address
from admin.permissions import DEMO, CurrentUser
from admin.templating import form
from settings import Settings
from state.store.interface import Store

MAX_IDLE_SECONDS: Final = 30 * 60.0  # seconds
MAX_LOGIN_SECONDS: Final = 9 * 3600.0  # seconds
TOUCH_SECONDS: Final = 60.0  # seconds between two notes that somebody is still there
HEADER: Final = "X-Zin-Csrf"
VISIT: Final = 2  # the format of the records: raise it when the fields of Visit change
OWN: Final = ("same-origin", "none")
PASSED_ON: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


@dataclass(frozen=True, slots=True)
class LoginSession:
    """The record of one login. name is "" without an account; times are Unix seconds.

    proof is the stamp of the account (Accounts.standing) when the session began.
    """

    name: str
    proof: str
    csrf: str
    began: float
    seen: float


class Access:
    """Decides on access to the admin site. clock gives Unix seconds. Methods that use the store raise
    StoreUnavailable.
    """

    def __init__(
        self, settings: Settings, store: Store, accounts: Accounts, clock: Callable[[], float] = time.time
    ) -> None:
        self._is_open, self._store, self._accounts, self._clock = settings.has_open_desk, store, accounts, clock
        self._proxies = settings.trusted_proxies
        self.cookie: Final = "zin_desk" if self._is_open else "__Host-zin_desk"

    def admits(self, request: web.Request) -> bool:
        """Return whether this request may reach the admin site; in a demonstration only from the machine itself.

        A request that a proxy forwards comes from loopback too, so proxy headers are refused.
        """
        if not self._is_open:
            return True
        passed_on = any(name in request.headers for name in PASSED_ON)
        return not passed_on and _is_loopback(request.remote or "") and _is_loopback(_host(request.host))

    async def current_user(self, request: web.Request) -> CurrentUser | None:
        """Return the user of this request; None if they have to sign in."""
        token = request.cookies.get(self.cookie, "")
        visit = await self._visit(token) if token else None
        if visit is None:
            return None
        if not visit.name:
            return CurrentUser(DEMO, "demo", visit.csrf) if self._is_open else None
        role, proof = await self._accounts.standing(visit.name) or (None, "")
        return CurrentUser(visit.name, role, visit.csrf) if role and proof == visit.proof else None

    async def sign_in(self, request: web.Request, response: web.StreamResponse, name: str, password: str) -> None:
        """Sign an operator in and end the previous session. Raises SignInRefused (accounts/sign_in.py)."""
        origin = Origin(client_address(request, self._proxies))
        operator = await self._accounts.sign_in(name, password, self._store, origin)
        _, proof = await self._accounts.standing(operator.name) or (None, "")
        await self._end(request)
        await self._begin(response, operator.name, proof)

    async def start_demo_session(self, response: web.StreamResponse) -> CurrentUser | None:
        """Start a session in a demonstration; return None in production."""
        return CurrentUser(DEMO, "demo", await self._begin(response, "", "")) if self._is_open else None

    async def sign_out(self, request: web.Request, response: web.StreamResponse) -> None:
        """End the session and delete the cookie."""
        await self._end(request)
        response.del_cookie(self.cookie, path="/", secure=not self._is_open, httponly=True, samesite="Strict")

    async def _begin(self, response: web.StreamResponse, name: str, proof: str) -> str:
        token, now = token_urlsafe(32), self._clock()
        visit = LoginSession(name, proof, token_urlsafe(32), now, now)
        await self._store.compare_and_set(_key(token), b"", _written(visit), MAX_IDLE_SECONDS)
        response.set_cookie(self.cookie, token, path="/", secure=not self._is_open, httponly=True, samesite="Strict")
        return visit.csrf

    async def _end(self, request: web.Request) -> None:
        """Delete the session record of this request, if there is one."""
        if token := request.cookies.get(self.cookie, ""):
            key = _key(token)
            while not await self._store.compare_and_set(key, await self._store.get(key), b"", 0.001):
                """Another request noted just now that somebody is there."""

    async def _visit(self, token: str) -> LoginSession | None:
        key = _key(token)
        stored, now = await self._store.get(key), self._clock()
        visit = _read(stored)
        if visit is None or now - visit.began > MAX_LOGIN_SECONDS or now - visit.seen > MAX_IDLE_SECONDS:
            return None
        if (
            not 0.0 <= now - visit.seen <= TOUCH_SECONDS
        ):  # also when the clock was put back, or the visit would end in use
            await self._store.compare_and_set(key, stored, _written(replace(visit, seen=now)), MAX_IDLE_SECONDS)
        return visit


def is_same_origin(request: web.Request) -> bool:
    """Return whether no header names another site. A page cannot choose the Origin header of a browser."""
    origin = request.headers.get("Origin", "")
    return (not origin or _netloc(origin) == request.host) and request.headers.get("Sec-Fetch-Site", "none") in OWN


async def has_valid_csrf(request: web.Request, visitor: CurrentUser) -> bool:
    """Return whether this user's own page sent the request, and no other site in their name."""
    if not is_same_origin(request):
        return False
    given = request.headers.get(HEADER) or str((await form(request)).get("csrf", ""))
    return hmac.compare_digest(given.encode(), visitor.csrf.encode())


def _written(visit: LoginSession) -> bytes:
    return orjson.dumps(astuple(visit))


def _read(stored: bytes) -> LoginSession | None:
    try:
        name, proof, csrf, began, seen = orjson.loads(stored or b"null")
        return LoginSession(str(name), str(proof), str(csrf), float(began), float(seen))
    except (TypeError, ValueError):
        return None


def _key(token: str) -> str:
    """Return the key of the record; it contains the format number, so that formats are never confused."""
    return f"desk:{VISIT}:{sha256(token.encode(errors='surrogatepass')).hexdigest()}"


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # a bracket that nobody closes
        return ""


def _host(host: str) -> str:
    """Return the name in a Host header, without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
