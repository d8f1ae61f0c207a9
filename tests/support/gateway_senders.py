"""The real senders of gateways, at a server on this machine."""

from __future__ import annotations

from typing import Any

from channels import open_senders
from channels.contracts.sender import Sender
from channels.outbox.sender_wrappers import Pseudonymous
from settings import Settings
from state.identity import Pseudonyms


def sender_at(gateway: str, url: str) -> Sender:
    """The real sender of a gateway that stands at this address."""
    known: dict[str, Any] = {
        "sms": {"at_username": "zin", "at_api_key": "key", "at_url": url},
        "telegram": {"telegram_token": "1:token", "telegram_url": url, "telegram_secret": "a-secret-of-the-tests"},
        "whatsapp": {
            "whatsapp_token": "token",
            "whatsapp_app_secret": "a-secret-of-the-tests",
            "whatsapp_verify_token": "another-secret-of-the-tests",
            "whatsapp_phone_id": "7",
            "whatsapp_url": url,
        },
    }[gateway]
    opened = open_senders(Settings(env="demo", secret="a-secret-of-the-tests", **known), lambda line: None)
    return Pseudonymous(next(one for one in opened if one.gateway == gateway), Pseudonyms("a secret"))
