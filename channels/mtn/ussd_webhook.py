"""MTN MADAPI, USSD version 1: the mobile operator's own API. JSON in and out; a request holds only this hop's input.

The first request of a session holds the dialled code: *123*3*1# gives the inputs 3 and 1. Source: MTN's OpenAPI file,
archived in github.com/api-evangelist/mtn-group, openapi/_original/mtn-group-ussd.yml.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

import orjson

from channels.contracts.channel import bare, require_secret, scalar, validate_ids
from channels.contracts.phone_numbers import normalize_number
from channels.contracts.request_body import JSON, JSON_BODY, json_object
from channels.contracts.webhook_request import BodyRule, WebhookRequest, WebhookResponse
from state.errors import BadRequest
from state.interfaces import MAX_JOINED, MAX_TEXT, Inbound, Reply, ScreenSize, SessionEnd

BEGIN: Final = "0"
CONTINUE: Final = "1"
CONTINUES, ENDS = 1, 2  # messageType in a response
# End, Notification, Cancel and Timeout: the session is over and no screen can be shown.
STATUS: Final[dict[str, Literal["finished", "left"]]] = {"2": "finished", "3": "finished", "4": "left", "5": "left"}


@dataclass(frozen=True, slots=True)
class Madapi:
    """The channel of hops and ends of sessions. code is the service code to serve, "" for any."""

    name: ClassVar[str] = "madapi"
    path: ClassVar[str] = "/ussd/madapi/{secret}"
    room: ClassVar[ScreenSize] = ScreenSize("ussd", 182, 80)
    body_rule: ClassVar[BodyRule] = JSON_BODY

    secrets: tuple[bytes, ...] = field(repr=False)
    code: str

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated unless the address holds one of our secrets."""
        require_secret(request, self.secrets)

    def read(self, request: WebhookRequest) -> Inbound | SessionEnd:
        """Parse the JSON of one hop or end. Raises BadRequest, and Unauthenticated for another service code."""
        fields = json_object(request.body)
        session, code = _text(fields, "sessionId"), _text(fields, "serviceCode")
        validate_ids(session, code, self.code)
        kind = scalar(fields.get("messageType"))
        if kind in STATUS:
            return SessionEnd(self.name, session, STATUS[kind])
        if kind not in (BEGIN, CONTINUE):
            raise BadRequest("impossible messageType")
        phone, typed, begins = _text(fields, "msisdn"), _text(fields, "ussdString"), kind == BEGIN
        text = _dialled(typed, code)[:MAX_JOINED] if begins else typed[:MAX_TEXT]
        return Inbound(self.name, normalize_number(phone), session, text, inputs_are_cumulative=begins, code=code)

    def write(self, inbound: Inbound, reply: Reply) -> WebhookResponse:
        """Build the JSON response that shows a screen."""
        return _answer(
            inbound.session,
            inboundResponse=reply.text,
            outboundResponse=reply.text,  # the OpenAPI file requires both
            userInputRequired=not reply.ends_session,
            messageType=ENDS if reply.ends_session else CONTINUES,
            serviceCode=inbound.code,
            msisdn=inbound.citizen.removeprefix("+"),
        )

    def acknowledge(self) -> WebhookResponse:
        """Build the JSON response to the end of a session."""
        return _answer("", outboundResponse="", userInputRequired=False, messageType=ENDS)


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise BadRequest(f"no {name}, or not as text")
    return value


def _dialled(dialled: str, code: str) -> str:
    """The inputs dialled after the service code, joined by "*"; "" for the code alone or any other text."""
    bare_code, inputs = bare(code), dialled.strip().removeprefix("*").removesuffix("#")
    return inputs.removeprefix(f"{bare_code}*") if inputs.startswith(f"{bare_code}*") else ""


def _answer(transaction: str, **data: str | int | bool) -> WebhookResponse:
    payload = {
        "statusCode": "0000",
        "statusMessage": "Success",
        "transactionId": transaction,
        "data": data,
        "_link": {"self": {"href": "/ussd/madapi"}},  # required by the OpenAPI file; without our secret
    }
    return WebhookResponse(orjson.dumps(payload), JSON)
