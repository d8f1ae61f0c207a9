"""The contract of a Post: the post office over SQLite and PostgreSQL, and the stand-in that other tests use."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from authoring.replay.fakes import FakeClock, FakeOutgoingMessages
from channels.deferred.repository import DeferredRepository
from channels.outbox.opt_outs import OptOuts
from channels.outbox.repository import Outbox
from channels.webhooks.outgoing_messages import OutgoingMessageService
from database import tables
from database.encryption import Seal
from settings import Settings
from state.conversation.deferred_answers import DeferredRequest
from state.errors import SourceUnavailable
from state.interfaces import Recipient
from state.store.memory import InMemory
from tests.support.database import Registry

NUMBER = Recipient("sms", "+2290190000001")
BOT = Recipient("telegram", "7000000001")
MAX_SMS, MAX_CHAT = 5, 8


class Office:
    """A post office with everything behind it."""

    def __init__(self, registry: Registry) -> None:
        self.registry, self.clock = registry, FakeClock()
        seal = Seal("a secret of the tests")
        self.outbox = Outbox(registry.database, seal, self.clock)
        self.promises = DeferredRepository(registry.database, seal, self.clock)
        self.optouts = OptOuts(registry.database, self.clock)
        settings = Settings(sms_replies_per_hour=MAX_SMS, chat_replies_per_hour=MAX_CHAT, news_per_citizen=3)
        self.post = OutgoingMessageService(self.outbox, self.promises, self.optouts, InMemory(), settings)


@pytest.fixture
def office(registry: Registry) -> Office:
    return Office(registry)


def promise(key: str = "k1", to: Recipient = NUMBER, **fields: str) -> DeferredRequest:
    answers = {"reference": fields.get("reference", "EX-000001"), "proof": "0001"}
    kind = "changes" if fields.get("kind") == "changes" else "answer"
    return DeferredRequest(key, kind, to, "fr", "requests.search", answers, answers, fields.get("seen", ""))  # type: ignore[arg-type]


async def test_fake_fulfils_the_contract() -> None:
    post = FakeOutgoingMessages()
    assert [await post.send("k1", NUMBER, "Bonjour") for _ in range(2)] == ["kept", "kept"]
    assert len(post.sent) == 1
    assert await post.promise(promise()) == "kept"
    post.down = True
    with pytest.raises(SourceUnavailable):
        await post.send("k2", NUMBER, "Bonjour")


async def test_sent_message_is_enqueued_once_as_awaited(office: Office) -> None:
    said = await asyncio.gather(*(office.post.send("k1", NUMBER, "Bonjour") for _ in range(3)))
    assert said == ["kept"] * 3
    (claimed,) = await office.outbox.claim("sms", 5)
    message = claimed.message
    assert (message.gateway, message.address, message.text) == ("sms", NUMBER.address, "Bonjour")
    assert message.is_awaited


@pytest.mark.parametrize(
    ("key", "after", "sent"),
    [("call:k1", 170.0, 1), ("call:k1", 190.0, 2), ("call:k1", 86_400.0, 2), ("k1", 86_400.0, 1)],
    ids=["repeated input", "new call under an old id", "a day later", "repeated message"],
)
async def test_same_key_of_a_new_call_sends_anew(office: Office, key: str, after: float, sent: int) -> None:
    await office.post.send(key, NUMBER, "Bonjour")
    office.clock.now += after
    for _ in range(2):
        assert await office.post.send(key, NUMBER, "Bonjour") == "kept"
    assert len(await office.registry.database.rows(select(tables.outbox))) == sent


async def test_opted_out_citizen_gets_no_messages(office: Office) -> None:
    await office.post.promise(promise("k1"))
    await office.post.promise(promise("k2", kind="changes"))
    await office.post.stop(NUMBER)
    assert await office.promises.waiting() == {"answer": 0, "changes": 0, "message": 0}
    assert await office.post.send("k3", NUMBER, "Bonjour") == "stopped"
    assert await office.post.promise(promise("k4")) == "stopped"
    office.clock.now += 10 * 365 * 24 * 3600
    assert await office.post.send("k5", NUMBER, "Bonjour") == "stopped"
    assert await office.outbox.claim("sms", 5) == []
    assert await office.post.send("k6", BOT, "Bonjour") == "kept"


async def test_start_and_a_new_alert_end_an_opt_out(office: Office) -> None:
    await office.post.stop(NUMBER)
    assert await office.post.resume(NUMBER)
    assert not await office.post.resume(NUMBER)
    assert await office.post.send("k1", NUMBER, "Bonjour") == "kept"
    await office.post.stop(NUMBER)
    assert await office.post.promise(promise("k2")) == "stopped"
    assert await office.post.promise(promise("k3", kind="changes")) == "kept"
    assert not await office.post.stopped(NUMBER)
    assert await office.post.send("k4", NUMBER, "Bonjour") == "kept"


async def test_alert_beyond_a_limit_leaves_an_opt_out(office: Office) -> None:
    for number in range(3):
        await office.post.promise(promise(f"k{number}", to=BOT, kind="changes", reference=f"EX-{number}"))
    await office.optouts.add(office.post._who(BOT))
    assert await office.post.promise(promise("k9", to=BOT, kind="changes")) == "full"
    assert await office.post.stopped(BOT)


async def test_both_number_forms_are_one_citizen(office: Office) -> None:
    await office.post.stop(Recipient("whatsapp", "22990000001"))
    assert await office.post.stopped(Recipient("whatsapp", "2290190000001"))
    assert not await office.post.stopped(Recipient("sms", "+2290190000001"))
    assert not await office.post.stopped(Recipient("whatsapp", "US.1234"))


LIMITED = [(NUMBER, MAX_SMS), (BOT, MAX_CHAT), (Recipient("whatsapp", "2290190000001"), MAX_CHAT)]


@pytest.mark.parametrize(("to", "most"), LIMITED, ids=[to.gateway for to, _ in LIMITED])
async def test_rate_limit_of_the_settings_holds(office: Office, to: Recipient, most: int) -> None:
    said = [await office.post.send(f"k{number}", to, "Bonjour") for number in range(most + 2)]
    assert said == ["kept"] * (most - 1) + ["enough"] * 3
    assert await office.post.promise(promise(to=to)) == "enough"
    assert await office.post.send("other", Recipient(to.gateway, "2290190000002"), "Bonjour") == "kept"
    assert [await office.post.check_rate_limit(to, f"k{number}") for number in (0, most + 2)] == ["no", "no"]


async def test_same_request_is_deferred_once_per_citizen(office: Office) -> None:
    for key in ("k1", "k2"):
        await office.post.promise(promise(key, kind="changes"))
    await office.post.promise(promise("k3", kind="changes", reference="EX-000002"))
    await office.post.promise(promise("k4", to=BOT, kind="changes"))
    assert (await office.promises.waiting())["changes"] == 3


async def test_subscriptions_of_one_citizen_are_limited(office: Office) -> None:
    said = [await office.post.promise(promise(f"k{n}", to=BOT, kind="changes", reference=f"EX-{n}")) for n in range(5)]
    assert said == ["kept"] * 3 + ["full"] * 2
    assert (await office.promises.waiting())["changes"] == 3
    assert await office.post.promise(promise("k9", to=NUMBER, kind="changes")) == "kept"


async def test_inputs_are_encrypted_at_rest(office: Office) -> None:
    await office.post.promise(promise(reference="EX-424242"))
    (row,) = await office.registry.database.rows(select(tables.promises))
    assert not [value for value in row.values() if "424242" in str(value) or "90000001" in str(value)]


async def test_failing_database_is_reported(office: Office) -> None:
    await office.registry.database.close()  # what is open goes on being read
    await office.registry.stop()
    for asked in (office.post.send("k1", NUMBER, "Bonjour"), office.post.promise(promise()), office.post.stop(NUMBER)):
        with pytest.raises(SourceUnavailable):
            await asked
