"""Africa's Talking, USSD: one request for each hop, and a report at the end of a session.

A request is a form with all inputs of the session so far, joined by "*". The response is plain text that starts with
CON or END. Requests are not signed: only the secret in the address and the service code identify the gateway. Sources:
developers.africastalking.com/docs/ussd/handle_sessions and real requests (tests/data/payloads/africastalking_*.jsonl).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar, Final, Literal

from channels.contracts.channel import require_secret, validate_ids
from channels.contracts.phone_numbers import normalize_number
from channels.contracts.request_body import FORM_BODY, form
from channels.contracts.webhook_request import EMPTY, BodyRule, WebhookRequest, WebhookResponse, text_response
from state.errors import BadRequest
from state.interfaces import MAX_JOINED, MAX_NETWORK, Inbound, Reply, ScreenSize, SessionEnd

STATUS: Final[dict[str, Literal["finished", "left", "failed"]]] = {
    "success": "finished",
    "incomplete": "left",
    "failed": "failed",
}


@dataclass(frozen=True, slots=True)
class AfricasTalkingUssd:
    """The channel of hops. code is the service code to serve, "" for any."""

    name: ClassVar[str] = "africastalking_ussd"
    path: ClassVar[str] = "/ussd/africastalking/{secret}"
    room: ClassVar[ScreenSize] = ScreenSize("ussd", 178, 76)  # 182 or 80 minus "CON ", which may count
    body_rule: ClassVar[BodyRule] = FORM_BODY

    secrets: tuple[bytes, ...] = field(repr=False)
    code: str

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated unless the address holds one of our secrets."""
        require_secret(request, self.secrets)

    def read(self, request: WebhookRequest) -> Inbound:
        """Parse the form of one hop. Raises BadRequest, and Unauthenticated for another service code."""
        fields = form(request.body)
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

    def write(self, inbound: Inbound, reply: Reply) -> WebhookResponse:
        """Build the response that shows a screen."""
        return text_response(("END " if reply.ends_session else "CON ") + reply.text)

    def acknowledge(self) -> WebhookResponse:
        """Build an empty END response."""
        return text_response("END ")


@dataclass(frozen=True, slots=True)
class AfricasTalkingEvents:
    """The channel of reports of ended sessions. The last screen and the inputs in a report are ignored."""

    name: ClassVar[str] = "africastalking_events"
    path: ClassVar[str] = "/ussd/africastalking/{secret}/events"
    room: ClassVar[ScreenSize] = AfricasTalkingUssd.room
    body_rule: ClassVar[BodyRule] = FORM_BODY

    secrets: tuple[bytes, ...] = field(repr=False)
    code: str

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated unless the address holds one of our secrets."""
        require_secret(request, self.secrets)

    def read(self, request: WebhookRequest) -> SessionEnd:
        """Parse the report. Raises BadRequest, and Unauthenticated for another service code."""
        fields = form(request.body)
        try:
            session, code, ended = fields["sessionId"], fields["serviceCode"], fields["status"]
        except KeyError as missing:
            raise BadRequest(f"no {missing.args[0]}") from None
        validate_ids(session, code, self.code)
        status = STATUS.get(ended.strip().lower())
        if status is None:
            raise BadRequest("unknown status")
        hops, seconds = _number(fields.get("hopsCount")), _number(fields.get("durationInMillis")) / 1000
        return SessionEnd(AfricasTalkingUssd.name, session, status, int(hops), seconds)

    def write(self, inbound: Inbound, reply: Reply) -> WebhookResponse:
        """Build an empty response: the call has ended."""
        return self.acknowledge()

    def acknowledge(self) -> WebhookResponse:
        """Build an empty response."""
        return EMPTY


def _number(written: str | None) -> float:
    """Parse a number of a report; 0 if it is not a positive finite number, so that the report is still recorded."""
    try:
        number = float(written or 0)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) and number > 0 else 0.0
