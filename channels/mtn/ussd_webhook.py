"""MTN MADAPI, USSD version 1: the mobile operator's own API. JSON in and out; a request holds only this hop's input.

The first request of a session holds the dialled code: *123*3*1# gives the inputs 3 and 1. Source: MTN's OpenAPI file,
archived in github.com/api-evangelist/mtn-group, openapi/_original/mtn-group-ussd.yml.

Aggregators in between write it more freely, and are read too: numbers where texts are promised, null for what is not
known, a report of an end without the service code, a dialled code without its marks or with more of them, and a service
code that is only the first part of ours. We answer in the form of the OpenAPI file, not in the flat form (`response` in
the outermost object) that some aggregators use on their other side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal, NoReturn
from urllib.parse import unquote

import orjson

from channels.contracts.channel import bare, require_secret, scalar, validate_ids
from channels.contracts.phone_numbers import normalize_number
from channels.contracts.request_body import JSON, JSON_BODY, json_object
from channels.contracts.webhook_request import BodyRule, WebhookRequest, WebhookResponse
from state.errors import BadRequest, Unauthenticated
from state.interfaces import MAX_JOINED, MAX_TEXT, Inbound, Reply, ScreenSize, SessionEnd

BEGIN: Final = "0"
CONTINUE: Final = "1"
ANY_CODE: Final = "*"  # in the place of one that a report of an end does not name
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
        kind, session = scalar(fields.get("messageType")).strip(), _text(fields, "sessionId")
        if kind in STATUS:
            validate_ids(session, self._code(fields) or ANY_CODE, "")
            return SessionEnd(self.name, session, STATUS[kind])
        if kind not in (BEGIN, CONTINUE):
            raise BadRequest("impossible messageType")
        phone, begins = _text(fields, "msisdn"), kind == BEGIN
        code, typed = self._code(fields) or _missing("serviceCode"), _typed(fields, begins=begins)
        validate_ids(session, code, "" if _is_part(code, self.code) else self.code)
        text = self._dialled(typed, code)[:MAX_JOINED] if begins else typed[:MAX_TEXT]
        return Inbound(
            self.name, normalize_number(phone), session, text, inputs_are_cumulative=begins, code=code, begins=begins
        )

    def _code(self, fields: Mapping[str, Any]) -> str:
        """The service code as the gateway writes it; ours if it writes none."""
        return scalar(fields.get("serviceCode")).strip() or self.code

    def _dialled(self, dialled: str, code: str) -> str:
        """The inputs dialled after the service code, joined by "*"; "" for the code alone or any other text.

        Raises Unauthenticated if the code is only the first part of ours and another one with that part was dialled.
        """
        ours = self.code if _is_part(code, self.code) else code
        inputs, before = unquote(dialled).strip().lstrip("*#").rstrip("#* \t"), f"{bare(ours)}*"
        if ours != code and not f"{inputs}*".startswith(before):
            raise Unauthenticated("another service code")
        return inputs.removeprefix(before) if inputs.startswith(before) else ""

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


def _text(fields: Mapping[str, Any], name: str) -> str:
    """A field that every request has, as a text or a whole number."""
    return scalar(fields.get(name)).strip() or _missing(name)


def _missing(name: str) -> NoReturn:
    raise BadRequest(f"no {name}, or not as text")


def _typed(fields: Mapping[str, Any], *, begins: bool) -> str:
    """The input, "" for null; without the field, only the first request can be read: nothing follows the code."""
    typed = fields.get("ussdString")
    if typed is None and (begins or "ussdString" in fields):
        return ""
    return typed if isinstance(typed, str) else scalar(typed) or _missing("ussdString")


def _is_part(code: str, ours: str) -> bool:
    """Whether this service code is the first part of ours, as 384 is of *384*229#."""
    return bool(bare(code)) and bare(ours).startswith(f"{bare(code)}*")


def _answer(transaction: str, **data: str | int | bool) -> WebhookResponse:
    payload = {
        "statusCode": "0000",
        "statusMessage": "Success",
        "transactionId": transaction,
        "data": data,
        "_link": {"self": {"href": "/ussd/madapi"}},  # required by the OpenAPI file; without our secret
    }
    return WebhookResponse(orjson.dumps(payload), JSON)
