"""Africa's Talking, SMS: messages go out through its SDK, and every answer is looked at.

The SDK's service object is ours, not the module's, and holds one `requests.Session`, so that a message costs no new
connection. It blocks: each message has a thread of its own while it is sent. An answer of 201 may be an error, and its
JSON may come as text; what each status code means is in the table below. Sources: the SDK 2.0.3 itself, and
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
from channels.contracts.retry_after import retry_after
from channels.contracts.sender import Message, NeedsOperator, PermanentFailure, RetryLater
from settings import Settings

THREADS: Final = 20  # messages on their way at once, from one process
TIMEOUT: Final = (3.05, 9.05)  # seconds to connect, and to be answered
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
    """The SDK's service over one session, giving the whole answer, whose status the SDK would lose."""

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
    """A Sender. url is the API's address up to its version, empty for the real one."""

    gateway: ClassVar[str] = "sms"

    def __init__(self, settings: Settings) -> None:
        self._service = _Service(settings.at_username, settings.at_api_key.get_secret_value(), settings.at_url)
        self._from = settings.at_sender or None
        self.per_second = settings.sms_per_second
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sms")

    async def close(self) -> None:
        """Leave the threads to end by themselves, with the message that each has in hand."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def send(self, message: Message) -> str:
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._threads, self._send, message)
        except ValueError:  # the SDK's own look at the number
            raise PermanentFailure("impossible_number") from None
        except requests.RequestException as error:
            raise RetryLater(type(error).__name__) from None
        _refuse(answer)
        return _taken(answer)

    def _send(self, message: Message) -> Any:
        return self._service.send(message.text, [message.address], self._from, enqueue=True)


def _refuse(answer: Any) -> None:
    """Raises what an answer without a message in it means."""
    status = answer.status_code
    if status == 429:
        raise RetryLater("too_many", retry_after(answer.headers.get("Retry-After"), time.time()))
    if status >= 500:
        raise RetryLater(f"status_{status}")
    if not 200 <= status < 300:
        raise NeedsOperator("wrong_key" if status == 401 else f"status_{status}")


def _taken(answer: Any) -> str:
    """The gateway's name for the one message that was sent."""
    try:
        told = json.loads(answer.text)["SMSMessageData"]
        recipients = told["Recipients"]
        status = int(scalar(recipients[0]["statusCode"])) if recipients else 0
        named = scalar(recipients[0]["messageId"]) if recipients else ""
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        raise RetryLater("unreadable_answer") from None  # whether it was sent is unknown: twice is better than never
    if not recipients:
        raise NeedsOperator(scalar(told.get("Message")) or "nobody")
    if status in TAKEN:
        return named
    if status in NEVER:
        raise PermanentFailure(NEVER[status])
    if status in OPERATOR:
        raise NeedsOperator(OPERATOR[status])
    raise RetryLater(AGAIN.get(status, f"code_{status}"))
