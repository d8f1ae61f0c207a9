"""Africa's Talking, USSD: one request for each hop, and a report when a session is over.

A form comes in, with all inputs of the session so far joined by "*"; plain text goes out, CON or END before it.
Nothing is signed, so the secret in the address and the service code are all there is to know the gateway by. Sources:
developers.africastalking.com/docs/ussd/handle_sessions and real requests (tests/data/payloads/africastalking_*.jsonl).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from aiohttp import web

from channels.contracts.channel import form, require_secret, validate_ids
from channels.contracts.phone_numbers import normalize_number
from state.errors import BadRequest
from state.interfaces import MAX_JOINED, MAX_NETWORK, Inbound, Reply, ScreenSize, SessionEnd

STATUS: Final[dict[str, Literal["finished", "left", "failed"]]] = {
    "Success": "finished",
    "Incomplete": "left",
    "Failed": "failed",
}


@dataclass(frozen=True, slots=True)
class AfricasTalkingUssd:
    """The hops. code is the service code served, "" for any."""

    name: ClassVar[str] = "africastalking_ussd"
    path: ClassVar[str] = "/ussd/africastalking/{secret}"
    room: ClassVar[ScreenSize] = ScreenSize("ussd", 178, 76)  # 182 or 80 less "CON ", which may count: it is not said

    secrets: tuple[bytes, ...] = field(repr=False)
    code: str

    def verify(self, request: web.Request) -> None:
        require_secret(request, self.secrets)

    async def read(self, request: web.Request) -> Inbound:
        fields = await form(request)
        try:
            session, code, text = fields["sessionId"], fields["serviceCode"], fields["text"]
            phone = fields["phoneNumber"]
        except KeyError as missing:
            raise BadRequest(f"no {missing.args[0]}") from None
        validate_ids(session, code, self.code)
        network = fields.get("networkCode", "")[:MAX_NETWORK]
        return Inbound(
            self.name,
            normalize_number(phone),
            session,
            text[:MAX_JOINED],
            inputs_are_cumulative=True,
            code=code,
            network=network,
        )

    def write(self, inbound: Inbound, reply: Reply) -> web.Response:
        return web.Response(text=("END " if reply.ends_session else "CON ") + reply.text)

    def acknowledge(self) -> web.Response:
        return web.Response(text="END ")


@dataclass(frozen=True, slots=True)
class AfricasTalkingEvents:
    """The reports of sessions that are over. What they tell of the last screen and the inputs is not even looked at."""

    name: ClassVar[str] = "africastalking_events"
    path: ClassVar[str] = "/ussd/africastalking/{secret}/events"
    room: ClassVar[ScreenSize] = AfricasTalkingUssd.room

    secrets: tuple[bytes, ...] = field(repr=False)
    code: str

    def verify(self, request: web.Request) -> None:
        require_secret(request, self.secrets)

    async def read(self, request: web.Request) -> SessionEnd:
        fields = await form(request)
        try:
            session, code, status = fields["sessionId"], fields["serviceCode"], STATUS.get(fields["status"])
        except KeyError as missing:
            raise BadRequest(f"no {missing.args[0]}") from None
        validate_ids(session, code, self.code)
        if status is None:
            raise BadRequest("unknown status")
        hops, seconds = _number(fields.get("hopsCount")), _number(fields.get("durationInMillis")) / 1000
        return SessionEnd(AfricasTalkingUssd.name, session, status, int(hops), seconds)

    def write(self, inbound: Inbound, reply: Reply) -> web.Response:
        return self.acknowledge()  # nobody is on the line any more

    def acknowledge(self) -> web.Response:
        return web.Response()


def _number(written: str | None) -> float:
    """A figure of a report, 0 if it is none: a report is worth having without its figures."""
    try:
        number = float(written or 0)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) and number > 0 else 0.0
