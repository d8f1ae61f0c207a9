"""The verbs that connect a gateway, as an administrator types them: what they say, and how they end."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from tests.support import telegram_api, whatsapp_api


def zin(*words: str, **env: str) -> Result:
    return CliRunner().invoke(main, words, env={f"ZIN_{name.upper()}": value for name, value in env.items()})


def test_whatsapp_check_names_the_missing_token() -> None:
    result = zin("whatsapp", "check")
    assert result.exit_code == 0
    assert "ZIN_WHATSAPP_TOKEN" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "address", ["https://zin.example", "http://zin.example", "zin.example", "https://zin.example:99"]
)
def test_invalid_telegram_webhook_is_refused(address: str) -> None:
    result = zin("telegram", "set-webhook", address)
    assert result.exit_code == 2
    assert len(result.output.strip().splitlines()) == 1


async def test_set_webhook_registers_address_and_secret() -> None:
    async with telegram_api.fake_telegram() as telegram:
        env = {"telegram_token": telegram_api.TOKEN, "telegram_secret": "a-word_of_ours", "telegram_url": telegram.url}
        result = await asyncio.to_thread(zin, "telegram", "set-webhook", "https://zin.example", **env)
        assert result.exit_code == 0, result.output
        assert "https://zin.example/telegram" in result.output
        assert telegram.webhook["secret_token"] == "a-word_of_ours"
        assert telegram_api.TOKEN not in result.output


async def test_whatsapp_check_shows_the_phone_number() -> None:
    async with whatsapp_api.cloud_api() as cloud:
        env = {
            "whatsapp_token": whatsapp_api.TOKEN,
            "whatsapp_app_secret": whatsapp_api.SECRETS[1],
            "whatsapp_verify_token": whatsapp_api.SECRETS[2],
            "whatsapp_phone_id": whatsapp_api.PHONE_ID,
            "whatsapp_url": cloud.url,
        }
        result = await asyncio.to_thread(zin, "whatsapp", "check", **env)
        assert result.exit_code == 0
        assert "+229 01 61 00 00 00" in result.output
        assert not [secret for secret in whatsapp_api.SECRETS if secret in result.output]
