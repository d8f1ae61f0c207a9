"""What ministries push, from their request to a phone and back, over the whole server and its workers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server import SERVICES
from state.conversation.deferred_answers import DeferredRequest
from state.interfaces import Recipient
from tests.support.city import City, city
from tests.support.ministry_api import new_ministry
from tests.support.ministry_house import ANA, BIO, QUESTION, message
from tests.support.ministry_system import open_system

pytestmark = pytest.mark.slow


async def follow(served: City, phone: str, reference: str) -> None:
    """Let a citizen ask to be informed of changes in a request."""
    services = served.client.app[SERVICES]
    screens = services.conversation.menus.current.menus["fr"].screens.values()
    screen = next(one for one in screens if one.question and one.question.name == QUESTION)
    answers = {"reference": reference, "proof": "0001"}
    to = Recipient("sms", phone)
    await services.messaging.post.promise(
        DeferredRequest(
            "followed", "changes", to, "fr", screen.name, answers, answers, seen="x", subject=f"{QUESTION}:{reference}"
        )
    )


async def test_message_reaches_the_phone_and_its_report_the_system(valkey_url: str, tmp_path: Path) -> None:
    async with open_system() as system, city(valkey_url, tmp_path, quiet_hours="") as served:
        justice = await new_ministry(served.client, callback=system.address)
        await follow(served, ANA, "EX000001")
        answer = await justice.call("POST", "/messages", message(ANA, BIO))
        assert answer.status == 202

        def sent() -> list[Any]:
            return [form for form in served.sms.forms if "Casier judiciaire" in form["message"]]

        (form,) = await served.came(sent)
        assert form["to"] == ANA
        report = {"id": f"ATXid_{served.sms.forms.index(form) + 1}", "status": "Success"}
        async with served.client.post("/sms/africastalking/demo/reports", data=report) as taken:
            assert taken.status == 200
        ((_, body),) = await served.came(lambda: system.got)
        assert json.loads(body)["events"] == [{"place": 0, "state": "delivered"}]
        assert await justice.counts() == {"delivered": 1, "refused": 1}


async def test_pushed_row_is_news_to_who_follows_it(valkey_url: str, tmp_path: Path) -> None:
    async with city(valkey_url, tmp_path) as served:
        justice = await new_ministry(served.client)
        await follow(served, ANA, "CJ000777")
        row = {"service": "Casier judiciaire", "status": "ready", "updated": "2026-09-01", "phone": "0001"}
        answer = await justice.call("PUT", "/registers/requests/CJ-000777", {"values": row})
        assert (answer.status, answer.body) == (200, {"done": "added"})
        (form,) = await served.came(lambda: served.sms.forms)
        assert form["to"] == ANA
        assert "Casier judiciaire" in form["message"]
