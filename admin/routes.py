"""Routes of the admin site: each has a permission, and every request is checked before its handler runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from admin.auth import Access, has_valid_csrf
from admin.permissions import BEFORE_FACTOR, CurrentUser, Permission
from admin.refusals import note_refusal
from admin.return_path import SECOND_FACTOR, sign_in_address
from admin.templating import render
from admin.visible_files import is_hidden
from channels.contracts.request_body import MAX_BYTES
from state.errors import SourceUnavailable, StoreUnavailable

HERE_ONLY: Final = "Le bureau de démonstration ne s'ouvre que sur cette machine."
NO_ANSWER: Final = "Le bureau n'a pas de réponse en ce moment : réessayez."
UNKNOWN: Final = "Il n'y a rien à cette adresse, ou c'est à un autre ministère."
ACCESS: Final = web.AppKey("access", Access)
Act = Callable[[web.Request, CurrentUser], Awaitable[web.StreamResponse]]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Route:
    """One path below /bureau: its method, the required permission, and its handler.

    max_bytes limits the size of a request.
    """

    method: str
    path: str
    permission: Permission
    act: Act
    max_bytes: int = MAX_BYTES

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Check the request, then run the handler."""
        access = request.config_dict[ACCESS]
        if not access.admits(request):
            return render(request, None, "refused.html", status=403, message=HERE_ONLY)
        try:
            visitor = await access.current_user(request)
            return await self._entered(request, visitor) if visitor else await self._unknown(request, access)
        except (StoreUnavailable, SourceUnavailable) as down:
            log.error("desk without an answer", path=self.path, why=str(down))
            return render(request, None, "refused.html", status=503, message=NO_ANSWER)

    async def _entered(self, request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
        if visitor.lacks_factor and self.permission not in BEFORE_FACTOR:
            return await self._closed(request, visitor)
        if not visitor.has_permission(self.permission):
            return await self._refused(request, visitor, f"Le rôle de « {visitor.name} » ne permet pas cela.")
        if await is_hidden(request, visitor):
            return render(request, visitor, "refused.html", status=404, message=UNKNOWN)
        if request.method == "GET":
            return await self.act(request, visitor)
        roomy = request.clone(client_max_size=self.max_bytes)
        try:
            if not await has_valid_csrf(roomy, visitor):
                return await self._refused(request, visitor, "Cette page a vieilli : rechargez-la.")
            return await self.act(roomy, visitor)
        finally:
            roomy._finish()  # aiohttp closes the files that came with a request, but not those of its clone

    async def _closed(self, request: web.Request, visitor: CurrentUser) -> web.Response:
        """Lead a user without the second factor of their role to where it is set up."""
        if request.method == "GET":
            return web.Response(status=303, headers={"Location": SECOND_FACTOR})
        return await self._refused(request, visitor, "Réglez d'abord le code sur le téléphone que votre rôle demande.")

    async def _refused(self, request: web.Request, visitor: CurrentUser, why: str) -> web.Response:
        await note_refusal(request, visitor, f"desk {self.permission}", why)
        return render(request, visitor, "refused.html", status=403, message=why)

    async def _unknown(self, request: web.Request, access: Access) -> web.StreamResponse:
        """Answer a request without a session: a demonstration starts one, production asks for a sign-in."""
        if request.method != "GET":
            onward = sign_in_address(_page_of(request))
            return render(request, None, "refused.html", status=403, message="Connectez-vous d'abord.", sign_in=onward)
        back = web.Response(status=303, headers={"Location": request.path_qs})
        if await access.start_demo_session(request, back):
            return back
        return web.Response(status=303, headers={"Location": sign_in_address(request.path_qs)})


def _page_of(request: web.Request) -> str:
    """Return the page from which a form was sent, as its browser says, without the site that it is on."""
    try:
        return urlsplit(request.headers.get("Referer", "")).path
    except ValueError:  # a bracket that nobody closes
        return ""
