"""Calls a JSON API, with a limit for each resource: time, bytes of the answer, connections.

A redirect is an answer and is not followed, and cookies are dropped. No error holds a URL or another error's text,
because a URL may hold a token. What a proxy or a certificate is at fault for is logged once (httpclient/failures.py).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from httpclient.failures import FailureLog, NoAnswer
from httpclient.limited_body import read_limited
from httpclient.outgoing_proxies import OutgoingProxies
from httpclient.retry_after import retry_after

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class CallLimits:
    """The limits of one client. `seconds` is for one call, from the connection to the last byte of the answer.

    With statuses, the body of an answer is read only if it has one of them and its type is JSON.
    """

    seconds: float
    connect_seconds: float
    max_bytes: int
    max_connections: int = 100
    statuses: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A request: url is percent-encoded and has no query. One of json, form and body (of content_type) may be there."""

    method: str
    url: str = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: Mapping[str, Any] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    body: bytes | None = field(default=None, repr=False)
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: HTTP status, type, and JSON object, empty if there is none.

    value is the JSON value of any kind, None if there is none. is_cut means that the body exceeds the limit.
    retry_after_seconds is the wait of the Retry-After header, else 0.
    """

    status: int
    content_type: str
    payload: Mapping[str, Any] = field(repr=False)
    is_cut: bool = False
    retry_after_seconds: float = 0.0
    value: Any = field(default=None, repr=False, compare=False)

    @property
    def is_success(self) -> bool:
        """Whether the status says that the call succeeded."""
        return is_success(self.status)


class JsonClient:
    """Calls one API over one HTTP session, which opens at the first call and again after `close`."""

    def __init__(self, limits: CallLimits, headers: Mapping[str, str] | None = None) -> None:
        self._limits, self._headers, self._proxies = limits, headers, OutgoingProxies(os.environ)
        self._failures = FailureLog()
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, payload: Mapping[str, Any]) -> Answer:
        """Send a JSON object. Raises NoAnswer."""
        return await self._call("POST", url, json=payload)

    async def post_form(self, url: str, form: Mapping[str, object], headers: Mapping[str, str]) -> Answer:
        """Send a form. Raises NoAnswer."""
        return await self._call("POST", url, data=urlencode(form).encode(), headers={**headers, "Content-Type": FORM})

    async def post_bytes(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a JSON text as it is, since it is signed. Raises NoAnswer."""
        return await self._call("POST", url, data=body, headers={**headers, "Content-Type": JSON})

    async def get(self, url: str, query: Mapping[str, str]) -> Answer:
        """Get a resource. Raises NoAnswer."""
        return await self._call("GET", url, params=query)

    async def send(self, call: Call, headers: Mapping[str, str], tls: SSLContext | None = None) -> Answer:
        """Send a request as it is described, with its own headers and TLS. Raises NoAnswer."""
        try:
            url = URL(call.url, encoded=True).with_query(call.query or None)
        except ValueError as error:
            raise NoAnswer(error) from None
        content: dict[str, Any] = {"headers": dict(headers)}
        if call.json is not None:
            content["json"] = call.json
        elif call.form is not None:
            content["data"] = urlencode(call.form).encode()
            content["headers"]["Content-Type"] = FORM
        elif call.body is not None:
            content["data"] = call.body
            content["headers"]["Content-Type"] = call.content_type
        return await self._call(call.method, url, **content, **({"ssl": tls} if tls else {}))

    async def close(self) -> None:
        """Close the HTTP session."""
        session, self._session = self._session, None
        if session:
            await session.close()

    async def _call(self, method: str, url: str | URL, **content: Any) -> Answer:
        if self._session is None:
            self._session = self._new_session()
        status, target = 0, URL()
        try:
            target = URL(url)
            if proxy := self._proxies.of(target):
                content |= {"proxy": proxy.url, "proxy_headers": proxy.headers}
            async with self._session.request(method, target, allow_redirects=False, **content) as response:
                status = response.status
                self._failures.answered(target.host or "")
                return await self._read(response)
        except (aiohttp.ClientError, OSError, ValueError) as error:  # of a time limit, of a bad URL
            failure = NoAnswer(error, status)
            self._failures.failed(target.host or "", str(failure))
            raise failure from None

    async def _read(self, response: aiohttp.ClientResponse) -> Answer:
        body: bytes | None = b""
        wanted = self._limits.statuses
        if wanted is None or (response.status in wanted and is_json(response.content_type)):
            body = await read_limited(response.content, self._limits.max_bytes)
        value = parse_json(body or b"")
        return Answer(
            response.status,
            response.content_type,
            value if isinstance(value, dict) else {},
            body is None,
            retry_after(response.headers.get("Retry-After"), time.time()),
            value,
        )

    def _new_session(self) -> aiohttp.ClientSession:
        limits = self._limits
        return aiohttp.ClientSession(
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=limits.seconds, connect=limits.connect_seconds),
            connector=aiohttp.TCPConnector(limit=limits.max_connections),
            cookie_jar=aiohttp.DummyCookieJar(),
        )


def is_success(status: int) -> bool:
    """Whether this HTTP status says that a call succeeded."""
    return 200 <= status < 300


def is_json(content_type: str) -> bool:
    """Whether a type is JSON, or one that is written in JSON such as application/problem+json (RFC 6839)."""
    return content_type == JSON or (content_type.startswith("application/") and content_type.endswith("+json"))


def parse_json(body: bytes) -> Any:
    """Parse a JSON value; None for any other body. orjson would refuse half of a surrogate pair in a text."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def parse_object(body: bytes) -> Mapping[str, Any]:
    """Parse a JSON object; empty for any other body."""
    payload = parse_json(body)
    return payload if isinstance(payload, dict) else {}
