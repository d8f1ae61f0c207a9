"""A message with buttons for Telegram, and the settings of a bot."""

from __future__ import annotations

from pydantic import SecretStr

from channels.contracts.sender import Message
from settings import Settings
from state.interfaces import Card
from tests.support.telegram_api import CHAT, TOKEN

SECRET = "a-word-that-comes-with-updates"
CARD = Card(
    "Quel examen ?", (("3f2a91.1", "BAC"), ("3f2a91.2", "BEPC"), ("3f2a91.0", "Retour"), ("3f2a91.98", "Suite"))
)
MESSAGE = Message("k1", "telegram", str(CHAT), "Quel examen ?\n1. BAC\n2. BEPC\n0. Retour\n98. Suite", card=CARD)


def settings(url: str, token: str = TOKEN, secret: str = SECRET) -> Settings:
    return Settings(telegram_token=SecretStr(token), telegram_secret=SecretStr(secret), telegram_url=url)
