"""Telegram's API on this machine, and the sender that reaches it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from channels.telegram import sender as telegram_sender
from channels.telegram.sender import TelegramSender
from tests.channels.telegram.messages import settings
from tests.support.patience import PATIENCE
from tests.support.telegram_api import FakeTelegram, fake_telegram


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with fake_telegram() as telegram:
        yield telegram


@pytest.fixture
async def sender(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramSender]:
    monkeypatch.setattr(telegram_sender, "SECONDS", PATIENCE)
    sender = TelegramSender(settings(telegram.url))
    yield sender
    await sender.close()
