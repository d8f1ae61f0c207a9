"""Access to the admin site: a random cookie, and a session record in the store (admin/login_sessions.py).

In production a name and a password are required. In a demonstration the user of the machine itself is let in: the
request comes from loopback and names a loopback host, so that a page of another site cannot use a host name of its own.
When an account is closed, its password changes or its visits are ended, its next request is refused.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from accounts.accounts import Accounts
from accounts.second_factors import SecondFactors
from accounts.sign_in import Origin
from admin.client_address import client_address, host_name, is_loopback
from admin.device import device_name
from admin.login_sessions import ListedLogin, LoginSessions, digest
from admin.pending_logins import PendingLogin, PendingLogins
from admin.permissions import DEMO, CurrentUser
from admin.templating import form
from database.encryption import Seal
from settings import Settings
from state.store.interface import Store

HEADER: Final = "X-Zin-Csrf"
OWN: Final = ("same-origin", "none")
PASSED_ON: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class Access:
    """Decides on access to the admin site. clock gives Unix seconds. Methods that use the store raise
    StoreUnavailable.
    """

    def __init__(
        self, settings: Settings, store: Store, accounts: Accounts, clock: Callable[[], float] = time.time
    ) -> None:
        self._is_open, self._store, self.accounts = settings.has_open_desk, store, accounts
        self.logins, self._pending = LoginSessions(store, clock), PendingLogins(store)
        self.factors = SecondFactors(accounts.database, Seal(*settings.secrets.rest), clock)
        self._settings = settings
        self.cookie: Final = "zin_desk" if self._is_open else "__Host-zin_desk"

    def admits(self, request: web.Request) -> bool:
        """Return whether this request may reach the admin site; in a demonstration only from the machine itself.

        A request that a proxy forwards comes from loopback too, so proxy headers are refused.
        """
        if not self._is_open:
            return True
        passed_on = any(name in request.headers for name in PASSED_ON)
        return not passed_on and is_loopback(request.remote or "") and is_loopback(host_name(request.host))

    async def current_user(self, request: web.Request) -> CurrentUser | None:
        """Return the user of this request; None if they have to sign in."""
        token = request.cookies.get(self.cookie, "")
        visit = await self.logins.find(token) if token else None
        if visit is None:
            return None
        if not visit.name:
            return CurrentUser(DEMO, "demo", visit.csrf) if self._is_open else None
        account = await self.accounts.standing(visit.name)
        if not account or account.proof != visit.proof:
            return None
        lacks = self._settings.needs_second_factor(account.role) and not await self.factors.is_set(visit.name)
        return CurrentUser(visit.name, account.role, visit.csrf, lacks, account.ministry)

    async def sign_in(self, request: web.Request, response: web.StreamResponse, name: str, password: str) -> bool:
        """Sign an operator in and end the previous session, or return False if a code is needed: `finish_sign_in`.

        Raises SignInRefused (accounts/sign_in.py).
        """
        await self.check_password(request, name, password)
        if await self.factors.is_set(name):
            waiting = await self._pending.begin(PendingLogin(name, await self._proof(name)))
            self._set_cookie(response, self._code_cookie, waiting)
            return False
        await self._renew(request, response, name)
        await self.accounts.note_visit(name)
        return True

    async def check_password(self, request: web.Request, name: str, password: str) -> None:
        """Check a password within the limits of sign-in. Raises SignInRefused."""
        origin = Origin(client_address(request, self._settings.trusted_proxies))
        await self.accounts.sign_in(name, password, self._store, origin)

    async def pending_name(self, request: web.Request) -> str:
        """Return the account whose code is awaited in this browser; "" if there is none."""
        pending = await self._pending.find(request.cookies.get(self._code_cookie, ""))
        return pending.name if pending else ""

    async def finish_sign_in(self, request: web.Request, response: web.StreamResponse, typed: str) -> bool:
        """Sign the operator in whose code is awaited; return False if none is. Raises WrongCode and TooManyCodes."""
        token = request.cookies.get(self._code_cookie, "")
        pending = await self._pending.find(token)
        if pending is None or await self._proof(pending.name) != pending.proof:
            return False
        await self.factors.check(pending.name, typed, self._store)
        await self._pending.end(token)
        response.del_cookie(self._code_cookie, path="/", secure=not self._is_open, httponly=True, samesite="Strict")
        await self._renew(request, response, pending.name)
        await self.accounts.note_visit(pending.name)
        return True

    async def confirm_factor(self, name: str, typed: str) -> list[str]:
        """Confirm the offered second factor, and return its recovery codes. Raises WrongCode and TooManyCodes."""
        return await self.factors.confirm(name, typed, self._store)

    async def change_password(
        self, request: web.Request, response: web.StreamResponse, name: str, chosen: tuple[str, str]
    ) -> None:
        """Change the own password from the present to a new one; every other login of the account ends.

        Raises SignInRefused for the present password, and AccountRefused for the new one.
        """
        present, new = chosen
        await self.check_password(request, name, present)
        await self.accounts.change_password(name, new, name)
        await self._renew(request, response, name)

    async def own_logins(self, request: web.Request, visitor: CurrentUser) -> Sequence[tuple[ListedLogin, bool]]:
        """Return the logins of this user's account, and whether each is the one of this request."""
        proof = await self._proof(visitor.name)
        here = digest(request.cookies.get(self.cookie, ""))
        return [(one, one.digest == here) for one in await self.logins.of_account(visitor.name, proof)]

    async def start_demo_session(self, request: web.Request, response: web.StreamResponse) -> CurrentUser | None:
        """Start a session in a demonstration; return None in production."""
        return CurrentUser(DEMO, "demo", await self._begin(request, response, "", "")) if self._is_open else None

    async def sign_out(self, request: web.Request, response: web.StreamResponse) -> None:
        """End the session and delete the cookie."""
        await self._end(request)
        response.del_cookie(self.cookie, path="/", secure=not self._is_open, httponly=True, samesite="Strict")

    async def _renew(self, request: web.Request, response: web.StreamResponse, name: str) -> None:
        """End the login of this request, and begin one of this account as it stands now."""
        await self._end(request)
        await self._begin(request, response, name, await self._proof(name))

    async def _begin(self, request: web.Request, response: web.StreamResponse, name: str, proof: str) -> str:
        device = device_name(request.headers.get("User-Agent", ""))
        token, session = await self.logins.begin(name, proof, device)
        self._set_cookie(response, self.cookie, token)
        return session.csrf

    async def _proof(self, name: str) -> str:
        """Return the proof of an open account; "" if there is none."""
        account = await self.accounts.standing(name)
        return account.proof if account else ""

    @property
    def _code_cookie(self) -> str:
        return f"{self.cookie}_code"

    def _set_cookie(self, response: web.StreamResponse, name: str, token: str) -> None:
        response.set_cookie(name, token, path="/", secure=not self._is_open, httponly=True, samesite="Strict")

    async def _end(self, request: web.Request) -> None:
        """Delete the session record of this request, if there is one."""
        if token := request.cookies.get(self.cookie, ""):
            await self.logins.end(digest(token))


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


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # a bracket that nobody closes
        return ""
