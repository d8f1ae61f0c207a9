"""A bot is connected, or an operator reads in one line what to do: over HTTP to Telegram's API on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from channels.telegram.setup import set_webhook
from settings import Settings
from state.errors import ZinError
from tests.support.sms_gateway import FakeAnswer
from tests.support.telegram_api import TOKEN, FakeTelegram, failure, fake_telegram

SECRET = "a-word-that-comes-with-updates"


def settings(url: str, secret: str = SECRET) -> Settings:
    return Settings(telegram_token=SecretStr(TOKEN), telegram_secret=SecretStr(secret), telegram_url=url)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with fake_telegram() as telegram:
        yield telegram


@contextmanager
def reported_in_one_line(words: str) -> Iterator[None]:
    """What is raised holds these words, in one line and without a secret."""
    with pytest.raises(ZinError) as raised:
        yield
    said = str(raised.value)
    assert words in said
    assert "\n" not in said
    assert TOKEN not in said
    assert SECRET not in said


async def test_webhook_is_registered_and_reported(telegram: FakeTelegram) -> None:
    lines = await set_webhook(settings(telegram.url), "https://zin.example.bj/")
    assert telegram.webhook == {
        "url": "https://zin.example.bj/telegram",
        "secret_token": SECRET,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
        "max_connections": 40,
    }
    assert [method for method, _ in telegram.called] == ["setWebhook", "getWebhookInfo", "getMe"]
    assert lines == [
        "Robot : @zin_bj_bot",
        "Adresse que Telegram appelle : https://zin.example.bj/telegram",
        "Messages en attente : aucun",
    ]


async def test_pending_messages_and_last_error_are_reported(telegram: FakeTelegram) -> None:
    error = f"Wrong response\nfrom the webhook: 502 {TOKEN}"
    telegram.known = {"pending_update_count": 3, "last_error_date": 1795518180, "last_error_message": error}
    lines = await set_webhook(settings(telegram.url), "https://zin.example.bj:8443/acces")
    assert lines[1:] == [
        "Adresse que Telegram appelle : https://zin.example.bj:8443/acces/telegram",
        "Messages en attente : 3",
        "Dernière difficulté de Telegram à joindre Zin, le 24 novembre 2026 à 12 h 03 : « Wrong response from the"
        " webhook: 502 … » ; si elle revient, vérifiez que Zin répond à cette adresse",
    ]


@pytest.mark.parametrize("date", [None, "hier", -1, 10**17])
async def test_last_error_without_valid_date_is_reported(telegram: FakeTelegram, date: Any) -> None:
    telegram.known = {"last_error_date": date, "last_error_message": "Connection timed out"}
    lines = await set_webhook(settings(telegram.url), "https://zin.example.bj")
    assert lines[-1].startswith("Dernière difficulté de Telegram à joindre Zin : « Connection timed out »")


NOT_AN_ADDRESS = [
    ("", "https://"),
    ("zin.example.bj", "https://"),
    ("http://zin.example.bj", "https://"),
    ("https://", "https://"),
    ("https://zin.example.bj?a=1", "https://"),
    ("https://zin.example.bj/#a", "https://"),
    ("https://a:b@zin.example.bj", "https://"),
    ("https://zin .example.bj", "https://"),
    ("https://zin.example.bj:8080", "le port 8080"),
    ("https://zin.example.bj:0", "le port 0"),
    ("https://zin.example.bj:99999", "illisible"),
    ("https://zin.example.bj:https", "illisible"),
    ("https://[zin", "illisible"),
]


@pytest.mark.parametrize(("public", "words"), NOT_AN_ADDRESS, ids=[row[0] for row in NOT_AN_ADDRESS])
async def test_impossible_address_is_refused_before_any_call(telegram: FakeTelegram, public: str, words: str) -> None:
    with reported_in_one_line(words):
        await set_webhook(settings(telegram.url), public)
    assert telegram.called == []


@pytest.mark.parametrize("port", [443, 80, 88, 8443])
async def test_every_port_that_telegram_calls_is_taken(telegram: FakeTelegram, port: int) -> None:
    await set_webhook(settings(telegram.url), f"https://zin.example.bj:{port}")
    assert telegram.webhook["url"] == f"https://zin.example.bj:{port}/telegram"


WRONG = [
    (failure(401, "Unauthorized"), "ZIN_TELEGRAM_TOKEN"),
    (failure(404, "Not Found"), "ZIN_TELEGRAM_TOKEN"),
    (failure(429, "Too Many Requests", retry_after=7), "7 secondes"),
    (failure(400, "Bad Request: bad webhook: failed to resolve host"), "« Bad Request: bad webhook: failed to resolve"),
    (failure(400, f"Bad\nRequest: {TOKEN}"), "« Bad Request: … »"),
    (failure(500, "Internal Server Error"), "statut 500"),
    (FakeAnswer("<html>", 200, "text/html"), "illisible"),
    (FakeAnswer("", 302, headers={"Location": "http://127.0.0.1:1/"}), "statut 302"),
    (FakeAnswer("", 200, closes=True), "Telegram ne répond pas (ServerDisconnectedError)"),
]


@pytest.mark.parametrize(("answer", "words"), WRONG, ids=[f"{row[0].status} {row[1]}" for row in WRONG])
async def test_each_failure_gives_the_operator_an_instruction(
    telegram: FakeTelegram, answer: FakeAnswer, words: str
) -> None:
    telegram.instead = answer
    with reported_in_one_line(words):
        await set_webhook(settings(telegram.url), "https://zin.example.bj")


async def test_absent_telegram_is_reported(telegram: FakeTelegram) -> None:
    with reported_in_one_line("Telegram ne répond pas (ClientConnectorError)"):
        await set_webhook(settings("http://127.0.0.1:1"), "https://zin.example.bj")


async def test_missing_token_names_its_setting() -> None:
    with reported_in_one_line("ZIN_TELEGRAM_TOKEN"):
        await set_webhook(Settings(), "https://zin.example.bj")


def test_invalid_secret_is_refused_by_the_settings() -> None:
    with pytest.raises(ValidationError, match="telegram_secret: 1 to 256 of A-Z"):
        settings("http://127.0.0.1:1", secret="une clé")
