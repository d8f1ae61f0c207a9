"""Africa's Talking, SMS: sends messages through the SDK and checks each answer.

The SDK's service object checks the number and builds the request; our HTTP client sends it, because the SDK's own
`requests` blocks a thread and takes five times the processor's time. An answer with status 201 may be an error, and its
JSON may come as text; the tables below give the meaning of each status code. An answer of success that refuses nothing
has taken the message, even if it cannot be read: it is not sent again. Sources: the SDK 2.0.3 itself, and
developers.africastalking.com/docs/sms/sending.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from africastalking.SMS import SMSService

from channels.africastalking.report_statuses import letters
from channels.contracts.channel import scalar
from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater, answer_to_message
from httpclient.json_client import Answer, CallLimits, JsonClient
from settings import Settings

LIMITS: Final = CallLimits(seconds=12.0, connect_seconds=3.0, max_bytes=64 * 1024, max_connections=128)
TAKEN: Final = range(100, 200)  # 100 processed, 101 sent, 102 queued
NEVER: Final = {
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    406: "UserInBlacklist",
    409: "DoNotDisturbRejection",
}
OPERATOR: Final = {401: "RiskHold", 402: "InvalidSenderId", 405: "InsufficientBalance"}
AGAIN: Final = {407: "CouldNotRoute", 500: "InternalServerError", 501: "GatewayError", 502: "RejectedByGateway"}
CODES: Final = {name.casefold(): code for table in (NEVER, OPERATOR, AGAIN) for code, name in table.items()} | {
    "processed": 100,
    "sent": 101,
    "success": 101,
    "queued": 102,
}
CODE: Final = re.compile(r"[0-9]{1,9}")
NO_NAME: Final = ("", "none", "null")
SENT_TO_SOMEBODY: Final = re.compile(r"Sent to [1-9]", re.IGNORECASE)


class _Service(SMSService):  # type: ignore[misc]  # the package carries no types
    """The SDK's service over our HTTP client. `send` returns an awaitable of the whole answer."""

    def __init__(self, username: str, key: str, url: str, client: JsonClient) -> None:
        super().__init__(username, key)
        self._client = client
        if url:
            self._baseUrl = self._contentUrl = url

    def _make_request(self, url: str, method: str, headers: Any, data: Any, params: Any, **_: Any) -> Any:
        return self._client.post_form(url, data, headers)


class AfricasTalkingSms:
    """The Sender of the gateway `sms`. The setting at_url replaces the API's address; empty means the real one."""

    gateway: ClassVar[str] = "sms"

    def __init__(self, settings: Settings) -> None:
        self._client = JsonClient(LIMITS)
        key = settings.at_api_key.get_secret_value()
        self._service = _Service(settings.at_username, key, settings.at_url, self._client)
        self._from = settings.at_sender or None
        self.per_second = settings.sms_per_second

    async def close(self) -> None:
        """Close the HTTP session."""
        await self._client.close()

    async def send(self, message: Message) -> str:
        """Send one SMS and return the gateway's identifier. Raises RetryLater, PermanentFailure and NeedsOperator."""
        try:
            call = self._service.send(message.text, [message.address], self._from, enqueue=True)
        except ValueError:  # the SDK's own check of the number
            raise PermanentFailure("impossible_number") from None
        answer = await answer_to_message(call)
        return _reference(answer)


def _reference(answer: Answer) -> str:
    """The gateway's identifier of the message, "" if it gives none to a message that it took.

    The entry of the recipient decides, whatever the HTTP status is. Raises RetryLater, PermanentFailure and
    NeedsOperator.
    """
    data = answer.payload.get("SMSMessageData")
    recipients = data.get("Recipients") if isinstance(data, dict) else None
    first = recipients[0] if isinstance(recipients, list) and recipients else None
    if isinstance(first, dict):
        code, named = _code(first), scalar(first.get("messageId"))
        named = "" if letters(named) in NO_NAME else named
        if code in TAKEN:
            return named
        _refuse_code(code)
        if named:  # a refused message has none
            return named
        if code:
            raise RetryLater(f"code_{code}")
    _refuse_status(answer)
    if isinstance(data, dict):
        _refuse_message(scalar(data.get("Message")), is_nobody=recipients == [])
    return ""


def _code(recipient: Mapping[str, Any]) -> int:
    """The status code of a recipient, or that of the status in words; 0 for neither."""
    written = scalar(recipient.get("statusCode")).strip()
    if CODE.fullmatch(written):
        return int(written)
    return CODES.get(letters(scalar(recipient.get("status"))), 0)


def _refuse_code(code: int) -> None:
    """Raise the error that the status code means, if it is a refusal that we know."""
    if code in NEVER:
        raise PermanentFailure(NEVER[code])
    if code in OPERATOR:
        raise NeedsOperator(OPERATOR[code])
    if code in AGAIN:
        raise RetryLater(AGAIN[code])


def _refuse_status(answer: Answer) -> None:
    """Raise the error that the HTTP status means, if it is not a success."""
    status = answer.status
    if status == 429:
        raise RetryLater("too_many", answer.retry_after_seconds)
    if status >= 500:
        raise RetryLater(f"status_{status}", answer.retry_after_seconds)
    if not answer.is_success:
        raise NeedsOperator("wrong_key" if status == 401 else f"status_{status}")


def _refuse_message(words: str, *, is_nobody: bool) -> None:
    """Raise the error that the answer's own words mean, if they refuse the message, or if it was for nobody."""
    _refuse_code(CODES.get(letters(words), 0))
    if is_nobody and not SENT_TO_SOMEBODY.match(words):
        raise NeedsOperator(words or "nobody")
