"""Calls of the simulator over SMPP: the server plays the centre of an operator, in the dialect of the gateway's file.

Each step is the deliver_sm that the centre would send, answered by what answers those of `zin smpp`; nothing is bound.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from hashlib import blake2b

from admin.simulator.operator_ports import SandboxUser
from admin.simulator.sandbox import Sandbox
from channels.contracts.channel import bare
from channels.contracts.metrics import UNMETERED
from channels.contracts.phone_numbers import normalize_number
from channels.smpp.mock_call import MockCalls
from channels.smpp.smpp_files import FoundGateway
from channels.smpp.ussd_calls import build_calls
from smpp.messages import ShortMessage
from state.errors import BadRequest


async def play_smpp(
    line: Sandbox, gateway: FoundGateway, fields: Mapping[str, str], trier: SandboxUser
) -> Mapping[str, str | bool]:
    """Play one step of a call: dial, type, or the end. Raises BadRequest and KeyError for what the page never sends."""
    ussd, dialect = gateway.file.ussd, gateway.dialect
    assert ussd, "a gateway with calls"
    assert dialect, "and their dialect"
    phone = MockCalls(normalize_number(fields["number"]).removeprefix("+"), ussd.code, dialect)
    request = _request(phone, fields)
    calls = build_calls(gateway, line.messaging_for(trier).conversation, line.settings, metrics=UNMETERED)
    screen = await calls.answer(request, asyncio.get_running_loop().time()) if calls and request else None
    if screen is None:
        return {"text": "", "over": True}
    text = phone.read(screen)
    return {"text": text, "over": not phone.is_open}


def _request(phone: MockCalls, fields: Mapping[str, str]) -> ShortMessage | None:
    """Return what the centre sends; None for an end, of which most centres say nothing."""
    typed, session = fields.get("typed", ""), _session(fields["session"])
    match fields["action"]:
        case "dial":
            return phone.dial(f"*{bare(phone.code)}*{typed}#" if typed else phone.code, session)
        case "type":
            return phone.answer(typed, session)
        case "finished" | "left":
            return None
    raise BadRequest("no such action")


def _session(call: str) -> bytes:
    """Return the session of a call; its last bit would be the end."""
    return blake2b(call.encode(), digest_size=1).digest() + b"\2"
