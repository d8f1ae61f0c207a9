"""Requests to the USSD channels: sent to the whole application, or read by a channel without HTTP in between."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp.test_utils import TestClient

from channels import open_channels
from channels.contracts.channel import Channel
from channels.contracts.request_body import FORM
from settings import Settings
from state.interfaces import Inbound, SessionEnd
from tests.support.payloads import Row
from tests.support.webhook_requests import webhook_request

CHANNELS = open_channels(Settings(env="demo"))
Client = TestClient[Any, Any]


async def post(client: Client, channel: Channel, body: Any, content_type: str, **headers: str) -> tuple[int, str]:
    path = channel.path.replace("{secret}", "demo")
    async with client.post(path, data=body, headers={"Content-Type": content_type, **headers}) as answer:
        return answer.status, await answer.text()


async def read(channel: Channel, body: bytes, content_type: str) -> Inbound | SessionEnd:
    """What a channel makes of a body, without HTTP in between."""
    request = webhook_request(body, headers={"Content-Type": content_type})
    channel.verify(request)
    channel.body_rule.require_type(request.headers)
    return channel.read(request)


def fields_of(row: Row) -> dict[str, Any]:
    fields: dict[str, Any] = (
        dict(parse_qsl(row["body"], keep_blank_values=True)) if row["content_type"] == FORM else json.loads(row["body"])
    )
    return fields


def body_of(fields: dict[str, Any], row: Row) -> str:
    return urlencode(fields, errors="surrogatepass") if row["content_type"] == FORM else json.dumps(fields)


def serving(channel: Channel, code: str, secret: bytes = b"demo") -> Channel:
    """The same channel with another service code or secret."""
    made: Channel = replace(channel, code=code, secrets=(secret,))  # type: ignore[type-var]
    return made
