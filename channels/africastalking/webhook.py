"""Africa's Talking, SMS: incoming messages, delivery reports and opt-outs.

Each has its own address. All are answered 200 OK: after any other answer, the gateway sends the request again every
minute for twelve hours. Requests are not signed. Sources: help.africastalking.com/en/articles/742510 and real requests
(tests/data/payloads/africastalking_*.jsonl).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from channels.africastalking.report_statuses import BLACKLISTED, NO_REASON, STATES, letters
from channels.contracts.channel import cut, require_secret
from channels.contracts.message_channel import ChannelEvent, DeliveryReport, OptOut, UnknownReport
from channels.contracts.phone_numbers import normalize_number
from channels.contracts.request_body import FORM_BODY, form
from channels.contracts.webhook_request import BodyRule, WebhookRequest, WebhookResponse, text_response
from state.errors import BadRequest
from state.interfaces import MAX_NETWORK, Inbound, Recipient, Reply, ScreenSize


@dataclass(frozen=True, slots=True)
class _Received:
    """The common part of the three addresses."""

    room: ClassVar[ScreenSize] = ScreenSize("sms", 3 * 153, 3 * 67)  # three SMS; longer texts are paged
    body_rule: ClassVar[BodyRule] = FORM_BODY
    dedup_seconds: ClassVar[float] = 13 * 3600.0
    response_deadline: ClassVar[float] = 9.0

    secrets: tuple[bytes, ...] = field(repr=False)

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated unless the address holds one of our secrets."""
        require_secret(request, self.secrets)

    def replies_inline(self, inbound: Inbound) -> bool:
        """Whether the response carries the answer: never, an SMS is sent through the outbox."""
        return False

    def acknowledge(self, inbound: Inbound | None, reply: Reply | None) -> WebhookResponse:
        """Build the response "OK"."""
        return text_response("OK")


@dataclass(frozen=True, slots=True)
class AfricasTalkingMessages(_Received):
    """The channel of incoming SMS."""

    name: ClassVar[str] = "africastalking_sms"
    path: ClassVar[str] = "/sms/africastalking/{secret}"

    def read(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        """Parse one incoming SMS; no event if the sender is a name in letters. Raises BadRequest."""
        fields = form(request.body)
        named, text, sender = (_needed(fields, name) for name in ("id", "text", "from"))
        try:
            phone = normalize_number(sender)
        except BadRequest:  # a name in letters: not a citizen, and it cannot be answered
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
    """The channel of delivery reports of sent SMS."""

    name: ClassVar[str] = "africastalking_reports"
    path: ClassVar[str] = "/sms/africastalking/{secret}/reports"

    def read(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        """Parse one delivery report, with an opt-out if the number is on the blacklist. Raises BadRequest."""
        fields = form(request.body)
        named, status = _needed(fields, "id"), _needed(fields, "status")
        meant, why = letters(status), fields.get("failureReason", "").strip()
        if meant not in STATES:
            return (UnknownReport("sms", status),)
        state = STATES[meant]
        if state is None:  # another report follows
            return ()
        reason = status.strip() if letters(why) in NO_REASON else why
        events: list[ChannelEvent] = [DeliveryReport("sms", named, state, reason if state == "failed" else "")]
        if BLACKLISTED in (meant, letters(why)) and "phoneNumber" in fields:
            events.append(_opt_out(fields))
        return events


@dataclass(frozen=True, slots=True)
class AfricasTalkingOptouts(_Received):
    """The channel of opt-outs: numbers that refuse further SMS or left a subscription."""

    name: ClassVar[str] = "africastalking_optouts"
    path: ClassVar[str] = "/sms/africastalking/{secret}/optouts"

    def read(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        """Parse one opt-out; no event for a new subscription. Raises BadRequest."""
        fields = form(request.body)
        opt_out = _opt_out(fields)
        return (opt_out,) if fields.get("updateType", "Deletion").casefold() == "deletion" else ()


def _opt_out(fields: dict[str, str]) -> OptOut:
    return OptOut(Recipient("sms", normalize_number(_needed(fields, "phoneNumber"))), for_good=True)


def _needed(fields: dict[str, str], name: str) -> str:
    if name not in fields:
        raise BadRequest(f"no {name}")
    value = fields[name]
    if name == "id" and not value:
        raise BadRequest("impossible id")
    return value


def _seconds(written: str) -> float:
    """Parse an ISO 8601 date, UTC if it has no zone, into Unix seconds; 0 for any other text."""
    try:
        when = datetime.fromisoformat(written)
    except ValueError:
        return 0.0
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
