"""The same journeys over USSD, SMS, WhatsApp and Telegram, from the same menu files, in French and in Fon."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from state.conversation.conversation import Conversation
from state.interfaces import Inbound, Reply
from state.text.search import plain
from tests.support.city import Sms, Telegram, Ussd, WhatsApp, city

pytestmark = pytest.mark.slow

LANGUAGES = {"fr": "1", "fon": "2"}
EXAM = ("3", "1", "12345")
REQUEST = ("0", "00", "2", "EX-000001", "1", "0001")  # not from the answer: who leaves that is asked an opinion
VERDICTS = {"fr": "admis e", "fon": "admis e e din"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_journey_comes_to_the_same_screens_on_every_channel(
    language: str, valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.workers.delivery.IDLE", 0.01)
    answered = Conversation._answer
    screens: dict[str, list[str]] = {}

    async def watched(self: Conversation, inbound: Inbound, *asked: Any) -> Reply | None:
        reply = await answered(self, inbound, *asked)
        screens.setdefault(inbound.channel, []).append(reply.screen if reply else "")
        return reply

    monkeypatch.setattr(Conversation, "_answer", watched)
    async with city(valkey_url, tmp_path) as zin:
        for citizen in (Ussd(zin), Sms(zin), WhatsApp(zin), Telegram(zin)):
            shown = [await citizen.say(typed) for typed in (citizen.opens, LANGUAGES[language], *EXAM)]
            result = shown[-1]
            assert "12345" in result, citizen.channel
            assert VERDICTS[language] in plain(result), (citizen.channel, result)
            assert citizen.channel == "africastalking_ussd" or "98" not in result
            status = [await citizen.say(typed) for typed in REQUEST][-1]
            assert "EX-000001" in status, citizen.channel
            await citizen.say("00")
        left = {channel: passed.pop() for channel, passed in screens.items()}
        assert left.pop("africastalking_sms") == "home.welcome"  # where each hop is paid
        assert set(left.values()) == {"home.helped"}
        assert len(set(map(tuple, screens.values()))) == 1, screens
        assert set(screens) == {"africastalking_ussd", "africastalking_sms", "whatsapp", "telegram"}
        assert {"exams.result", "requests.status"} <= set(screens["whatsapp"])
