"""Sandbox phones: their screens, messages and state, and requests that are refused."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from itertools import product
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from admin.simulator.inspector import screen_details
from admin.simulator.sandbox import build_phone
from admin.simulator.sandbox_setup import ScreenPosition, open_at_screen
from admin.simulator.sandboxes import SANDBOXES
from channels.contracts.request_body import MAX_BYTES
from server import SERVICES
from state.text.languages import SOURCE
from tests.support.browser import Making
from tests.support.sandbox_client import NUMBER, Trying, trying

pytestmark = pytest.mark.slow


async def test_sandbox_shows_only_its_phones_messages(trial: Trying) -> None:
    for number in (NUMBER, "+2290190000002"):
        await trial.ask("appareil", channel="africastalking_ussd", number=number, language="fr")
    await asyncio.gather(*(trial.call("3*1*12345*3", session, number) for session, number in
                           (("a", NUMBER), ("b", "+2290190000002"))))  # fmt: skip
    for number in (NUMBER, "0190000002"):
        state = await trial.ask("ecran", channel="africastalking_ussd", number=number, since="0")
        assert [one["gateway"] for one in state["messages"]] == ["sms"]
        assert NUMBER not in orjson.dumps(state).decode()


async def test_deferred_answers_are_counted_until_a_reset(trial: Trying) -> None:
    await trial.ask("appareil", channel="africastalking_ussd", number=NUMBER, language="fr")
    await trial.call("5*100001*03021961*1")
    assert (await trial.ask("ecran", channel="africastalking_ussd", number=NUMBER))["owed"] == 1
    await trial.ask("appareil", channel="africastalking_ussd", number=NUMBER, language="fr")
    assert (await trial.ask("ecran", channel="africastalking_ussd", number=NUMBER))["owed"] == 0


async def test_reset_clears_the_opt_out_of_a_trial(trial: Trying) -> None:
    sms = f"/bureau/essai/service/sms/africastalking/{trial.secret}"
    form = {"from": NUMBER, "text": "STOP", "id": "m1", "to": "5000"}
    phone: Mapping[str, Any] = {"channel": "africastalking_ussd", "number": NUMBER, "language": "fr"}
    await trial.ask("appareil", **phone)
    await trial.client.post(sms, data=form, headers=trial.headers)
    stopped = await trial.call("3*1*12345*3", "s1")
    await trial.ask("appareil", **phone)
    assert await trial.call("3*1*12345*3", "s2") != stopped


async def test_messages_under_an_old_secret_are_skipped(our_settings: Making) -> None:
    settings = our_settings()
    for secret in ("demo", "another"):
        changed = settings.model_copy(update={"secret": SecretStr(secret)})
        async with trying(changed) as trial:
            await trial.ask("appareil", channel="madapi", number=NUMBER, language="fr")
            await trial.call("3*1*12345*3")
            state = await trial.ask("ecran", channel="africastalking_ussd", number=NUMBER, since="0")
            assert len(state["messages"]) == 1


WRONG = [
    ({"number": NUMBER}, 400),
    ({"channel": "pigeon", "number": NUMBER}, 400),
    ({"channel": "madapi", "number": "12"}, 400),
    ({"channel": "madapi", "number": "x" * (MAX_BYTES + 1)}, 400),
    ({"channel": "madapi", "number": NUMBER, "screen": "exams.nowhere"}, 409),
    ({"channel": "madapi", "number": NUMBER, "screen": "exams.search"}, 409),
]


@pytest.mark.parametrize(("fields", "status"), WRONG)
async def test_invalid_phone_is_refused_in_one_line(trial: Trying, fields: dict[str, str], status: int) -> None:
    answer = await trial.ask("appareil", status, **fields)
    assert len(answer["error"].split("\n")) == 1


@pytest.mark.parametrize("since", ["-1", "x", "9" * 30])
async def test_invalid_time_is_refused(trial: Trying, since: str) -> None:
    await trial.ask("ecran", 400, channel="whatsapp", number=NUMBER, since=since)


async def test_simulator_opens_every_screen_language_and_channel(trial: Trying) -> None:
    edition = trial.client.app[SERVICES].conversation.menus.current
    line = await trial.client.app[SANDBOXES].line("service")
    assert line
    shown = [name for name, screen in edition.menu(SOURCE).screens.items() if screen.says]
    assert shown
    assert edition.offered
    for channel in ("africastalking_ussd", "africastalking_sms", "whatsapp", "telegram"):
        at, room = build_phone(channel, NUMBER), line.screen_sizes[channel]
        for name, language in product(shown, edition.offered):
            await open_at_screen(line, at, language, ScreenPosition(name, "c1", "m1"))
            session = await line.session(at)
            assert session
            details = screen_details(line, session, room)
            assert (details["screen"], details["language"]) == (name, language)
            assert 0 < details["used"] <= details["room"]
            assert details["line"] > 0
