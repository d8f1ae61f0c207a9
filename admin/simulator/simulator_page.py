"""The phone simulator, home page of the admin site: the browser plays the gateways of a sandbox.

    /                        the page
    /essai/LINE/ + the path of a channel     a request of a gateway, signed as the gateway signs
    /essai/LINE/passerelle   one step of a call over a gateway that a file describes
    /essai/LINE/appareil     reset this phone, on a screen if one is named
    /essai/LINE/ecran        place and size of the screen, and the messages that would be sent
    /essai/LINE/parcours     record the call
    /essai/dossiers          answer personal questions with real files, for a reason, or with samples again

Phone numbers are in bodies, never in addresses. The page contains the sandbox's secret, which signs the requests of the
gateways; it gives access to the sandbox only, and only users with the permission to view can read it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson
from aiohttp import web

from admin import templating
from admin.context import ADMIN_CONTEXT
from admin.permissions import DEMO, CurrentUser
from admin.routes import Act, Route
from admin.simulator.described_calls import offered, play
from admin.simulator.inspector import pending_messages, screen_details, sent_messages
from admin.simulator.live_reload import stream_reload_events
from admin.simulator.operator_ports import SandboxUser
from admin.simulator.real_data_access import NotPermitted, RealFiles
from admin.simulator.recorder import NotRecorded, RecordingRequest, record
from admin.simulator.sandbox import Sandbox, build_phone
from admin.simulator.sandbox_setup import NotShown, ScreenPosition, open_at_screen, reset_phone
from admin.simulator.trial_phones import trial_phones
from admin.simulator.tried_menus import DRAFT, SERVICE, STAGED
from admin.simulator.visible_lines import line_of, lines_of
from admin.templating import render
from channels import open_channels, open_message_channels
from channels.contracts.request_body import FORM_BODY, form
from channels.webhooks.body_reader import read_body
from settings import Settings
from state.country import country
from state.errors import BadRequest

NAMES: Final = {SERVICE: "En service", STAGED: "Version préparée", DRAFT: "Brouillon"}


async def show(request: web.Request, visitor: CurrentUser, wrong: str = "") -> web.Response:
    """Show the simulator."""
    lines = await lines_of(request, visitor, request.query.get("ligne", ""))
    phones = {name: _about(line) for name, line in lines.items()}
    names = {name: NAMES.get(name, f"Version {name[:8]}, préparée") for name in phones}
    code = _service_code(request)
    return render(
        request, visitor, "simulator.html", lines=phones, names=names, operators=trial_phones(visitor), code=code,
        calls=offered(lines[SERVICE]), records=visitor.has_permission("menus"),
        asks=visitor.has_permission("personal"), real=await _real(request).permission(visitor), wrong=wrong,
    )  # fmt: skip


def _about(line: Sandbox) -> Mapping[str, Any]:
    """Return what the page needs to play the gateways of a sandbox."""
    return {"secret": line.settings.secret.get_secret_value(), "languages": dict(line.menus.current.offered)}


def _on_line(
    act: Callable[[Sandbox, Mapping[str, str], web.Request, CurrentUser], Awaitable[Mapping[str, Any]]],
) -> Act:
    """Return a handler that runs an action on a sandbox with a form and returns JSON; errors are one line."""

    async def acted(request: web.Request, visitor: CurrentUser) -> web.Response:
        line = await line_of(request, visitor, request.match_info["line"])
        if line is None:
            return _json({"error": "Cette ligne d'essai n'existe pas."}, 404)
        try:
            return _json(await act(line, form(await read_body(request, FORM_BODY)), request, visitor))
        except (BadRequest, KeyError):
            return _json({"error": "Ce numéro, ou ce canal, ne peut pas exister : vérifiez-le."}, 400)
        except (NotShown, NotRecorded) as refused:
            return _json({"error": str(refused)}, 409)

    return acted


def _json(data: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(data), content_type="application/json", status=status)


async def _prepare(line: Sandbox, fields: Mapping[str, str], _: web.Request, __: CurrentUser) -> Mapping[str, Any]:
    at, language = build_phone(fields["channel"], fields["number"]), fields.get("language", "")
    if at.inbound.channel not in line.screen_sizes:
        raise BadRequest("no such channel")
    await reset_phone(line, at, language)
    if fields.get("screen"):
        await open_at_screen(
            line, at, language, ScreenPosition(fields["screen"], fields.get("call", ""), fields.get("message", ""))
        )
    addresses = dict(at.addresses)
    return {"phone": addresses["sms"], "digits": addresses["whatsapp"], "now": _now()}


async def _look(line: Sandbox, fields: Mapping[str, str], _: web.Request, __: CurrentUser) -> Mapping[str, Any]:
    at, since = build_phone(fields["channel"], fields["number"]), fields.get("since", "0")
    if not (since.isascii() and since.isdigit() and len(since) < 16):
        raise BadRequest("since is no moment")
    session, room = await line.session(at), line.screen_sizes[at.inbound.channel]
    return {
        "screen": screen_details(line, session, room) if session else None,
        "messages": await sent_messages(line, at, int(since), _now()),
        "owed": await pending_messages(line, at),
    }


async def _play(
    line: Sandbox, fields: Mapping[str, str], request: web.Request, visitor: CurrentUser
) -> Mapping[str, Any]:
    is_real = await _real(request).permission(visitor) is not None
    began = time.perf_counter()
    shown = await play(line, fields, SandboxUser(visitor.name, is_real), _service_code(request))
    return {**shown, "server": (time.perf_counter() - began) * 1000}


def _service_code(request: web.Request) -> str:
    return request.config_dict[ADMIN_CONTEXT].settings.at_service_code or country().service_code


async def _record(
    line: Sandbox, fields: Mapping[str, str], request: web.Request, visitor: CurrentUser
) -> Mapping[str, Any]:
    try:
        steps = orjson.loads(fields["steps"])
    except orjson.JSONDecodeError:
        raise BadRequest("steps are no JSON") from None
    if not isinstance(steps, list) or not all(isinstance(step, str) for step in steps):
        raise BadRequest("steps are no texts")
    by = visitor.operator.name if visitor.operator else DEMO
    wish = RecordingRequest(fields["title"].strip(), fields.get("language", ""), steps)
    path = await record(line, wish, by, request.config_dict[ADMIN_CONTEXT].database)
    return {"file": path.name}


def _real(request: web.Request) -> RealFiles:
    parts = request.config_dict[ADMIN_CONTEXT]
    return RealFiles(parts.store, parts.database)


async def choose_files(request: web.Request, visitor: CurrentUser) -> web.StreamResponse:
    """Show real files for the reason given, or samples again if there is none."""
    fields, real = await templating.form(request), _real(request)
    try:
        await (real.permit(visitor, str(fields["raison"])) if "raison" in fields else real.end(visitor))
    except NotPermitted as refused:
        page = await show(request, visitor, str(refused))
        page.set_status(422)
        return page
    return web.Response(status=303, headers={"Location": "/bureau/"})


def _gateway(path: str) -> Act:
    """Return a handler for requests of a gateway to this channel's path."""

    async def came(request: web.Request, visitor: CurrentUser) -> web.Response:
        line = await line_of(request, visitor, request.match_info["line"])
        if line is None:
            return web.Response(status=404, text="no such line\n")
        is_real = await _real(request).permission(visitor) is not None
        began = time.perf_counter()
        answer = await line.handle(path, request, SandboxUser(visitor.name, is_real))
        answer.headers["Server-Timing"] = f"zin;dur={(time.perf_counter() - began) * 1000:.2f}"
        return answer

    return came


def _now() -> int:
    return round(time.time() * 1000)


_ANY: Final = Settings.model_construct()  # paths are the same whatever the settings
PATHS: Final = (*(one.path for one in open_channels(_ANY)), *(one.path for one in open_message_channels(_ANY)))
WAYS: Final = (
    Route("GET", "/", "view", show),
    Route("GET", "/suivi", "view", stream_reload_events),
    Route("POST", "/essai/dossiers", "personal", choose_files),
    Route("POST", "/essai/{line}/appareil", "view", _on_line(_prepare)),
    Route("POST", "/essai/{line}/ecran", "view", _on_line(_look)),
    Route("POST", "/essai/{line}/passerelle", "view", _on_line(_play)),
    Route("POST", "/essai/{line}/parcours", "menus", _on_line(_record)),
    *(Route("POST", f"/essai/{{line}}{path}", "view", _gateway(path)) for path in PATHS),
)
