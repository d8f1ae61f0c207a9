"""Addresses of gateways, found without a router."""

from __future__ import annotations

import pytest

from channels import open_channels, open_message_channels
from channels.webhooks.frame import AnyFrame
from channels.webhooks.messages import MessageWebhook
from channels.webhooks.ussd import UssdWebhook
from channels.webhooks.webhook_paths import WebhookPaths
from settings import Settings

SETTINGS = Settings()
FRAMES: list[AnyFrame] = [
    *(UssdWebhook(channel, SETTINGS).frame for channel in open_channels(SETTINGS)),
    *(MessageWebhook(channel, SETTINGS).frame for channel in open_message_channels(SETTINGS)),
]
PATHS = WebhookPaths(FRAMES)


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.path)
def test_every_webhook_is_found_with_its_secret(frame: AnyFrame) -> None:
    secret = "s3cret-_~." if "{secret}" in frame.path else ""
    assert PATHS.find(frame.path.replace("{secret}", secret)) == (frame, secret)


UNKNOWN = [
    "",
    "/",
    "/ussd/africastalking",
    "/ussd/africastalking/",
    "/ussd/africastalking//events",
    "/ussd/africastalking/a/b",
    "/ussd/africastalking/a/events/",
    "/ussd/africastalking/a/reports",  # the end of another channel
    "/ussd/africastalking/a%62",
    "/ussd/africastalking/a?b=c",
    "//ussd/africastalking/a",
    "/ussd/other/a",
    "/telegram/",
    "/whatsapp?hub.mode=subscribe",
    "http://zin/ussd/africastalking/a",
    "*",
]


@pytest.mark.parametrize("path", UNKNOWN)
def test_other_address_is_left_to_the_router(path: str) -> None:
    assert PATHS.find(path) is None
