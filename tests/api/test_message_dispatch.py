"""Who gets a ministry's message, when, in which language and where: once, with consent, and never after a STOP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from accounts.accounts import Operator
from api.keys import Revoked
from api.message_queries import MESSAGES
from api.purposes import Purposes
from api.services import API_SERVICES
from database import tables
from database.leased_queue import LEASE_SECONDS
from database.retention import DAY
from runtime.retention import tidy_once
from state.errors import SourceUnavailable
from state.interfaces import Recipient
from tests.support.ministry_api import Ministry
from tests.support.ministry_house import ANA, BIO, CHI, House, message, ministry_house
from tests.support.postgresql import Server

pytestmark = pytest.mark.slow
HOUR = 3600.0
APPROVER = Operator("bio", "approver")
TEXT = (
    "Votre document est pret : Casier judiciaire. Retirez-le jusqu'au 31 décembre 2026 à cet endroit : "
    "Tribunal de Cotonou. Zin ne demande jamais d'argent.\nPour ne plus etre averti : STOP"
)


@pytest.fixture
async def house(server: Server | None, valkey_url: str, tmp_path: Path) -> AsyncIterator[House]:
    async with ministry_house(valkey_url, tmp_path, await server.new() if server else "") as house:
        yield house


@pytest.fixture
async def justice(house: House) -> Ministry:
    return await house.ministry()


async def test_only_who_asked_gets_a_message(house: House, justice: Ministry) -> None:
    await house.follow(ANA)
    await house.follow(CHI, question="careers.file")
    await justice.call("POST", "/messages", message(ANA, BIO, CHI))
    assert await house.dispatch() == 3
    assert await house.posted() == {ANA: TEXT}
    assert await justice.counts() == {"waiting": 1, "refused": 2}


async def test_released_purpose_reaches_all_but_who_stopped(house: House, justice: Ministry) -> None:
    await Purposes(house.services.database).release(APPROVER, "justice", "retrait")
    await house.services.messaging.post.stop(Recipient("whatsapp", BIO))
    await justice.call("POST", "/messages", message(ANA, BIO))
    await house.dispatch()
    assert set(await house.posted()) == {ANA}
    assert await justice.counts() == {"waiting": 1, "refused": 1}


async def test_release_is_for_one_ministry_and_purpose(house: House, justice: Ministry) -> None:
    purposes = Purposes(house.services.database)
    await purposes.release(APPROVER, "sante", "retrait")
    await purposes.release(APPROVER, "justice", "dossier")
    await justice.call("POST", "/messages", message(ANA))
    await house.dispatch()
    assert await justice.counts() == {"refused": 1}


async def test_stop_and_withdrawal_hold_until_it_leaves(house: House, justice: Ministry) -> None:
    purposes = Purposes(house.services.database)
    await purposes.release(APPROVER, "justice", "retrait")
    await house.follow(ANA)
    later = {"send_at": "2026-09-22T15:00:00+01:00"}
    await justice.call("POST", "/messages", message(ANA, BIO, **later))
    assert await house.dispatch() == 0
    await house.services.messaging.post.stop(Recipient("sms", ANA))
    await purposes.withdraw(APPROVER, "justice", "retrait")
    house.clock.now += 3 * HOUR
    assert await house.dispatch() == 2
    assert await house.posted() == {}
    assert await justice.counts() == {"refused": 2}


async def test_message_goes_where_its_news_go(house: House, justice: Ministry) -> None:
    await house.follow(ANA, gateway="whatsapp")
    await justice.call("POST", "/messages", message(ANA))
    await house.dispatch()
    (row,) = await house.outbox()
    assert (row["gateway"], row["topic"], row["waited_for"]) == ("whatsapp", "justice.document-pret", False)
    assert row["heard_at"] == int(house.clock.now)


async def test_message_is_in_the_language_that_was_chosen(house: House, justice: Ministry) -> None:
    await house.follow(ANA, language="fon")
    await house.follow(BIO)
    await house.follow(CHI, language="fon")
    await house.speaks(BIO, "yo")
    await house.speaks(CHI, "xx")
    await justice.call("POST", "/messages", message(ANA, BIO, CHI))
    await house.dispatch()
    texts = await house.posted()
    stops = {code: menu.phrases.until_stop for code, menu in house.services.conversation.menus.current.menus.items()}
    assert texts[CHI] == TEXT
    assert len({texts[ANA], texts[BIO], TEXT}) == len({stops["fon"], stops["yo"], stops["fr"]}) == 3


async def test_test_key_sends_nothing_and_counts_alike(house: House) -> None:
    ministry = await house.ministry(mode="test")
    await house.follow(ANA)
    await ministry.call("POST", "/messages", message(ANA, BIO))
    assert await house.dispatch() == 2
    assert await house.posted() == {}
    assert await ministry.counts() == {"delivered": 1, "refused": 1}


async def test_key_is_revoked_with_what_waits(house: House, justice: Ministry) -> None:
    colleague = await house.ministry()
    await house.follow(ANA)
    await justice.call("POST", "/messages", message(ANA, BIO, send_at="2026-09-22T15:00:00+01:00"))
    await colleague.call("POST", "/messages", message(ANA, reference="other"))
    keys = house.client.app[API_SERVICES].keys
    assert await keys.revoke(justice.key.id, "console:test", stop_messages=True) == Revoked("justice", 2)
    house.clock.now += 3 * HOUR
    assert await house.dispatch() == 1
    assert await colleague.counts() == {"refused": 2}
    assert await colleague.counts("other") == {"waiting": 1}


async def test_killed_worker_costs_no_second_message(
    house: House, justice: Ministry, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.follow(ANA)
    await justice.call("POST", "/messages", message(ANA))

    async def killed(*_: Any) -> Any:
        raise SourceUnavailable("killed before the row was settled")

    with monkeypatch.context() as broken:
        broken.setattr("database.leased_queue.LeasedQueue.settle_all", killed)
        with pytest.raises(SourceUnavailable):
            await house.dispatcher.round()
    assert await house.dispatch() == 0
    house.clock.now += LEASE_SECONDS + 1
    assert await house.dispatch() == 1
    assert len(await house.outbox()) == 1
    assert await justice.counts() == {"waiting": 1}


async def test_two_workers_send_each_message_once(house: House, justice: Ministry) -> None:
    phones = [f"+22901900{number:05}" for number in range(120)]
    await Purposes(house.services.database).release(APPROVER, "justice", "retrait")
    await justice.call("POST", "/messages", message(*phones))
    workers = [house.dispatcher, house.new_dispatcher()]
    for _ in range(3):
        await asyncio.gather(*(worker.round() for worker in workers))
    assert set(await house.posted()) == set(phones)
    assert len(await house.outbox()) == 120


STATES = [
    ("queued", "", "waiting"),
    ("sending", "", "waiting"),
    ("sent", "", "sent"),
    ("delivered", "", "delivered"),
    ("failed", "blacklisted", "failed"),
    ("cancelled", "stopped", "refused"),
    ("cancelled", "no_gateway", "failed"),
    ("expired", "", "expired"),
]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_counts_follow_the_outbox(house: House, justice: Ministry) -> None:
    await house.follow(ANA)
    await justice.call("POST", "/messages", message(ANA))
    await house.dispatch()
    (row,) = await house.outbox()
    for state, why, counted in STATES:
        await house.services.database.upsert(tables.outbox, {**row, "state": state, "why": why})
        assert await justice.counts() == {counted: 1}, state


async def test_recipient_is_erased_once_it_is_settled(house: House, justice: Ministry) -> None:
    await house.follow(ANA)
    await justice.call("POST", "/messages", message(ANA, BIO))
    before = await house.services.database.rows(select(tables.ministry_recipients))
    await house.dispatch()
    after = await house.services.database.rows(select(tables.ministry_recipients))
    assert min(len(row["sealed"]) for row in before) > max(len(row["sealed"]) for row in after)
    house.clock.now += MESSAGES.days * DAY + 25 * HOUR
    await tidy_once(house.services.database, house.clock)
    assert await house.services.database.rows(select(tables.ministry_recipients)) == []
    assert (await justice.call("GET", "/messages?reference=dossier-417.pret")).status == 404
