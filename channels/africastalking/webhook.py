"""Africa's Talking, SMS: what citizens send, reports of deliveries, and numbers that want no more.

Each has an address of its own, and all are answered 200 OK: what is not is sent again every minute for twelve hours.
Nothing is signed. Sources: help.africastalking.com/en/articles/742510 and real requests
(tests/data/payloads/africastalking_*.jsonl).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, Final

import structlog
from aiohttp import web

from channels.contracts.channel import cut, form, require_secret
from channels.contracts.message_channel import ChannelEvent, DeliveryReport, OptOut
from channels.contracts.phone_numbers import normalize_number
from channels.contracts.sender import Reported
from state.errors import BadRequest
from state.interfaces import MAX_NETWORK, Inbound, Recipient, Reply, ScreenSize

STATUS: Final[dict[str, Reported | None]] = {
    "Success": "delivered",
    "Failed": "failed",
    "Rejected": "failed",
    "Expired": "failed",
    "Sent": None,  # on its way: more will come
    "Submitted": None,
    "Buffered": None,
}
UNWANTED: Final = frozenset({"UserInBlackList", "UserInBlacklist"})
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Received:
    """What the three addresses have in common."""

    room: ClassVar[ScreenSize] = ScreenSize("sms", 3 * 153, 3 * 67)  # three parts: what is longer is paged
    dedup_seconds: ClassVar[float] = 13 * 3600.0
    response_deadline: ClassVar[float] = 9.0

    secrets: tuple[bytes, ...] = field(repr=False)

    def verify(self, request: web.Request) -> None:
        require_secret(request, self.secrets)

    def replies_inline(self, inbound: Inbound) -> bool:
        return False

    def acknowledge(self, inbound: Inbound | None, reply: Reply | None) -> web.Response:
        return web.Response(text="OK")


@dataclass(frozen=True, slots=True)
class AfricasTalkingMessages(_Received):
    """SMS that come in."""

    name: ClassVar[str] = "africastalking_sms"
    path: ClassVar[str] = "/sms/africastalking/{secret}"

    async def read(self, request: web.Request) -> Sequence[ChannelEvent]:
        fields = await form(request)
        named, text, sender = (_needed(fields, name) for name in ("id", "text", "from"))
        try:
            phone = normalize_number(sender)
        except BadRequest:  # a name in letters: no citizen has one, and nobody could answer it
            return ()
        to = Recipient("sms", phone, _seconds(fields.get("date", "")))
        network = fields.get("networkCode", "")[:MAX_NETWORK]
        return (
            Inbound(
                self.name,
                phone,
                "",
                cut(text),
                inputs_are_cumulative=False,
                network=network,
                message=named,
                reply_to=to,
            ),
        )


@dataclass(frozen=True, slots=True)
class AfricasTalkingReports(_Received):
    """How SMS that went out ended."""

    name: ClassVar[str] = "africastalking_reports"
    path: ClassVar[str] = "/sms/africastalking/{secret}/reports"

    async def read(self, request: web.Request) -> Sequence[ChannelEvent]:
        fields = await form(request)
        named, status = _needed(fields, "id"), _needed(fields, "status")
        if status not in STATUS:
            log.info("unknown status in a report", length=len(status))
            return ()
        state, why = STATUS[status], fields.get("failureReason", "")
        if state is None:
            return ()
        said: list[ChannelEvent] = [DeliveryReport("sms", named, state, "" if state == "delivered" else why or status)]
        if why in UNWANTED and "phoneNumber" in fields:
            said.append(_leaving(fields))
        return said


@dataclass(frozen=True, slots=True)
class AfricasTalkingOptouts(_Received):
    """Numbers that want no more SMS, or that left a subscription."""

    name: ClassVar[str] = "africastalking_optouts"
    path: ClassVar[str] = "/sms/africastalking/{secret}/optouts"

    async def read(self, request: web.Request) -> Sequence[ChannelEvent]:
        fields = await form(request)
        leaving = _leaving(fields)
        return (leaving,) if fields.get("updateType", "Deletion").casefold() == "deletion" else ()


def _leaving(fields: dict[str, str]) -> OptOut:
    return OptOut(Recipient("sms", normalize_number(_needed(fields, "phoneNumber"))), for_good=True)


def _needed(fields: dict[str, str], name: str) -> str:
    if name not in fields:
        raise BadRequest(f"no {name}")
    value = fields[name]
    if name == "id" and not value:
        raise BadRequest("impossible id")
    return value


def _seconds(written: str) -> float:
    """The Unix seconds of a date in one of the two forms that come, or with milliseconds; 0 for anything else."""
    try:
        when = datetime.fromisoformat(written)
    except ValueError:
        return 0.0
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
