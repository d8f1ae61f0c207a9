"""Africa's Talking, SMS: sends messages through the SDK and checks each answer.

We create the SDK's service object ourselves. It holds one `requests.Session`, so a message needs no new connection.
The SDK blocks, so each message is sent in a thread. An answer with status 201 may be an error, and its JSON may come
as text; the tables below give the meaning of each status code. Sources: the SDK 2.0.3 itself, and
developers.africastalking.com/docs/sms/sending.
"""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Final

import requests
from africastalking.SMS import SMSService
from requests.adapters import HTTPAdapter

from channels.contracts.channel import scalar
from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
from httpclient.retry_after import retry_after
from settings import Settings

THREADS: Final = 20  # messages sent at once by one process
TIMEOUT: Final = (3.05, 9.05)  # seconds to connect, and to receive the answer
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
    """The SDK's service over one session. It returns the whole answer; the SDK alone drops the HTTP status."""

    def __init__(self, username: str, key: str, url: str) -> None:
        super().__init__(username, key)
        if url:
            self._baseUrl = self._contentUrl = url
        self._session = requests.Session()
        self._session.mount("https://", HTTPAdapter(pool_maxsize=THREADS))
        self._session.mount("http://", HTTPAdapter(pool_maxsize=THREADS))

    def _make_request(self, url: str, method: str, headers: Any, data: Any, params: Any, **_: Any) -> Any:
        return self._session.request(
            method, url, headers=headers, data=data, params=params, timeout=TIMEOUT, allow_redirects=False
        )


class AfricasTalkingSms:
    """The Sender of the gateway `sms`. The setting at_url replaces the API's address; empty means the real one."""

    gateway: ClassVar[str] = "sms"

    def __init__(self, settings: Settings) -> None:
        self._service = _Service(settings.at_username, settings.at_api_key.get_secret_value(), settings.at_url)
        self._from = settings.at_sender or None
        self.per_second = settings.sms_per_second
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sms")

    async def close(self) -> None:
        """Let each thread finish its current message and end; cancel the messages that wait."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def send(self, message: Message) -> str:
        """Send one SMS and return the gateway's identifier. Raises RetryLater, PermanentFailure and NeedsOperator."""
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._threads, self._send, message)
        except ValueError:  # the SDK's own check of the number
            raise PermanentFailure("impossible_number") from None
        except requests.RequestException as error:
            raise RetryLater(type(error).__name__) from None
        _refuse(answer)
        return _taken(answer)

    def _send(self, message: Message) -> Any:
        return self._service.send(message.text, [message.address], self._from, enqueue=True)


def _refuse(answer: Any) -> None:
    """Raise the error that the HTTP status means, if it is not a success."""
    status = answer.status_code
    if status == 429:
        raise RetryLater("too_many", retry_after(answer.headers.get("Retry-After"), time.time()))
    if status >= 500:
        raise RetryLater(f"status_{status}")
    if not 200 <= status < 300:
        raise NeedsOperator("wrong_key" if status == 401 else f"status_{status}")


def _taken(answer: Any) -> str:
    """The gateway's identifier of the message. Raises RetryLater, PermanentFailure and NeedsOperator."""
    try:
        payload = json.loads(answer.text)["SMSMessageData"]
        recipients = payload["Recipients"]
        status = int(scalar(recipients[0]["statusCode"])) if recipients else 0
        named = scalar(recipients[0]["messageId"]) if recipients else ""
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
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
