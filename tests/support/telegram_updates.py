"""A Telegram channel with a secret, and the body of an update with one message."""

from __future__ import annotations

import json
from typing import Any

from channels.telegram.webhook import Telegram
from tests.support.telegram_api import CHAT

SECRET = b"a-word_that-comes-with-updates"
TELEGRAM = Telegram((SECRET,))


def message(**fields: Any) -> bytes:
    """The body of an update with one private message of these fields."""
    chat = {"id": CHAT, "first_name": "Sika", "type": "private"}
    return json.dumps(
        {"update_id": 1, "message": {"message_id": 1, "chat": chat, "date": 1790000000} | fields}
    ).encode()
