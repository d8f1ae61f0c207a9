"""The verbs that connect a gateway, as an administrator types them: what they say, and how they end."""

from __future__ import annotations

import asyncio

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from tests.support import telegram_api, whatsapp_api


def zin(*words: str, **env: str) -> Result:
    return CliRunner().invoke(main, words, env={f"ZIN_{name.upper()}": value for name, value in env.items()})


def test_without_a_token_the_check_of_whatsapp_says_what_is_missing_and_where_it_is_found() -> None:
    said = zin("whatsapp", "check")
    assert said.exit_code == 0
    assert "ZIN_WHATSAPP_TOKEN" in said.output
    assert "Traceback" not in said.output


@pytest.mark.parametrize(
    "address", ["https://zin.example", "http://zin.example", "zin.example", "https://zin.example:99"]
)
def test_without_a_token_or_with_an_address_that_telegram_refuses_nothing_is_set(address: str) -> None:
    said = zin("telegram", "set-webhook", address)
    assert said.exit_code == 2
    assert len(said.output.strip().splitlines()) == 1


async def test_a_bot_is_told_where_zin_is() -> None:
    async with telegram_api.fake_telegram() as telegram:
        env = {"telegram_token": telegram_api.TOKEN, "telegram_secret": "a-word_of_ours", "telegram_url": telegram.url}
        said = await asyncio.to_thread(zin, "telegram", "set-webhook", "https://zin.example", **env)
        assert said.exit_code == 0, said.output
        assert "https://zin.example/telegram" in said.output
        assert telegram.webhook["secret_token"] == "a-word_of_ours"
        assert telegram_api.TOKEN not in said.output


async def test_a_number_that_meta_knows_answers() -> None:
    async with whatsapp_api.cloud_api() as cloud:
        env = {
            "whatsapp_token": whatsapp_api.TOKEN,
            "whatsapp_app_secret": whatsapp_api.SECRETS[1],
            "whatsapp_verify_token": whatsapp_api.SECRETS[2],
            "whatsapp_phone_id": whatsapp_api.PHONE_ID,
            "whatsapp_url": cloud.url,
        }
        said = await asyncio.to_thread(zin, "whatsapp", "check", **env)
        assert said.exit_code == 0
        assert "+229 01 61 00 00 00" in said.output
        assert not [secret for secret in whatsapp_api.SECRETS if secret in said.output]
