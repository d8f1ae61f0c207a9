"""Africa's Talking, SMS: sends messages through the SDK and checks each answer.

The SDK's service object checks the number and builds the request; our HTTP client sends it, because the SDK's own
`requests` blocks a thread and takes five times the processor's time. An answer with status 201 may be an error, and its
JSON may come as text; the tables below give the meaning of each status code. Sources: the SDK 2.0.3 itself, and
developers.africastalking.com/docs/sms/sending.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from africastalking.SMS import SMSService

from channels.contracts.channel import scalar
from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
from httpclient.json_client import Answer, CallLimits, JsonClient, NoAnswer
from settings import Settings

LIMITS: Final = CallLimits(seconds=12.0, connect_seconds=3.0, max_bytes=64 * 1024, max_connections=128)
TAKEN: Final = (100, 101, 102)
NEVER: Final = {
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    406: "UserInBlacklist",
    409: "DoNotDisturbRejection",
}
OPERATOR: Final = {401: "RiskHold", 402: "InvalidSenderId", 405: "InsufficientBalance"}
AGAIN: Final = {407: "CouldNotRoute", 500: "InternalServerError", 501: "GatewayError", 502: "RejectedByGateway"}


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
            answer: Answer = await self._service.send(message.text, [message.address], self._from, enqueue=True)
        except ValueError:  # the SDK's own check of the number
            raise PermanentFailure("impossible_number") from None
        except NoAnswer as error:
            raise RetryLater("ReadTimeout" if error.is_late else "ConnectionError") from None
        _refuse(answer)
        return _taken(answer.payload)


def _refuse(answer: Answer) -> None:
    """Raise the error that the HTTP status means, if it is not a success."""
    status = answer.status
    if status == 429:
        raise RetryLater("too_many", answer.retry_after_seconds)
    if status >= 500:
        raise RetryLater(f"status_{status}")
    if not 200 <= status < 300:
        raise NeedsOperator("wrong_key" if status == 401 else f"status_{status}")


def _taken(answer: Mapping[str, Any]) -> str:
    """The gateway's identifier of the message. Raises RetryLater, PermanentFailure and NeedsOperator."""
    try:
        payload = answer["SMSMessageData"]
        recipients = payload["Recipients"]
        status = int(scalar(recipients[0]["statusCode"])) if recipients else 0
        named = scalar(recipients[0]["messageId"]) if recipients else ""
    except (ValueError, KeyError, TypeError, IndexError):
        raise RetryLater("unreadable_answer") from None  # unknown whether it was sent: twice is better than never
    if not recipients:
        raise NeedsOperator(scalar(payload.get("Message")) or "nobody")
    if status in TAKEN:
        return named
    if status in NEVER:
        raise PermanentFailure(NEVER[status])
    if status in OPERATOR:
        raise NeedsOperator(OPERATOR[status])
    raise RetryLater(AGAIN.get(status, f"code_{status}"))
