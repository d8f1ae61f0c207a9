"""What was sent to a number is found by who says why, a few times an hour: over SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounts.audit import Audit
from channels.contracts.phone_numbers import number_of_address
from channels.contracts.sender import Message
from channels.deferred.repository import DeferredRepository, NewDeferred
from channels.outbox.number_lookup import MAX_SHOWN, MAX_WHY, MOST_AN_HOUR, CannotLookUp, NumberLookup
from channels.outbox.opt_outs import OptOuts
from channels.outbox.pauses import Pauses
from database import tables
from database.encryption import Seal
from database.key_rotation import rotate
from state.identity import Pseudonyms
from state.interfaces import Recipient
from tests.support.outbox_setup import NUMBER, SECRET, Post, message, one

OTHER, WHY = "+2290190000002", "guichet de Parakou"
WRITTEN = ["+2290190000001", "01 90 00 00 01", "90000001", " 00229 0190000001 "]  # one number in any notation


def lookup(post: Post, *keys: str) -> NumberLookup:
    return NumberLookup(post.registry.database, Seal(*(keys or (SECRET,))), Pseudonyms("pepper"), post.clock)


async def audited(post: Post) -> list[tuple[str, str, dict[str, str]]]:
    entries = await Audit(post.registry.database).last(100)
    return [(entry.action, entry.subject, dict(entry.details)) for entry in entries]


async def test_messages_to_a_number_are_found(post: Post) -> None:
    await post.outbox.enqueue(message("first"))
    await post.outbox.sent(await one(post), "ATXid_1")
    post.clock.now += 60
    await post.outbox.enqueue(Message("chat", "whatsapp", "22990000001", "Bonjour"))
    await post.outbox.enqueue(Message("other", "sms", OTHER, "Bonjour"))
    await post.outbox.enqueue(Message("id", "telegram", "90000001", "Bonjour"))
    for written in WRITTEN:
        found = await lookup(post).find("awa", written, WHY)
        assert [(each.gateway, each.state) for each in found.messages] == [("whatsapp", "queued"), ("sms", "sent")]
    assert found.messages[1].sent_at == post.clock.now - 60
    assert "BAC" not in repr(found)


async def test_failure_and_pause_are_shown(post: Post) -> None:
    await post.outbox.enqueue(message("failed"))
    await post.outbox.failed(await one(post), "UserInBlacklist")
    await post.outbox.enqueue(message("held"))
    await Pauses(post.registry.database, post.clock).pause("awa", "sms", "essai")
    found = await lookup(post).find("awa", NUMBER, WHY)
    states = {each.state: (each.why, each.is_paused) for each in found.messages}
    assert states == {"failed": ("UserInBlacklist", False), "queued": ("", True)}


async def test_opt_out_and_awaited_answers_are_shown(post: Post) -> None:
    database, names = post.registry.database, Pseudonyms("pepper")
    by_sms, by_chat = (names.of_recipient(Recipient(gateway, NUMBER)) for gateway in ("sms", "whatsapp"))
    await OptOuts(database, post.clock).add(by_sms)
    promises = DeferredRepository(database, Seal(SECRET), post.clock)
    for key, kind, citizen in (("a", "answer", by_chat), ("b", "changes", by_sms), ("c", "changes", "c" * 32)):
        await promises.add(NewDeferred(key, kind, citizen, b"{}"))  # type: ignore[arg-type]
    found = await lookup(post).find("awa", NUMBER, WHY)
    assert (dict(found.stopped), found.answers, found.alerts) == ({"sms": round(post.clock.now)}, 1, 1)


async def test_look_up_is_audited_without_the_number(post: Post) -> None:
    await lookup(post).find("awa", NUMBER, "Rappel de M. au 0190000001")
    ((action, subject, details),) = await audited(post)
    assert (action, details) == ("messages look up", {"why": "Rappel de M. au …"})
    assert subject == Seal(SECRET).digest(NUMBER)[:16]


@pytest.mark.parametrize(
    ("number", "why", "said"),
    [
        (NUMBER, "  ", "Dites pourquoi"),
        (NUMBER, "x" * (MAX_WHY + 1), f"{MAX_WHY} au plus"),
        ("", WHY, "n'est pas possible"),
        ("12", WHY, "n'est pas possible"),
        ("9" * 4000, WHY, "n'est pas possible"),
        ("\0", WHY, "n'est pas possible"),
    ],
)
async def test_look_up_without_number_or_reason_is_refused(post: Post, number: str, why: str, said: str) -> None:
    with pytest.raises(CannotLookUp, match=said):
        await lookup(post).find("awa", number, why)
    ((action, subject, details),) = await audited(post)
    assert (action, subject) == ("refused: messages look up", "numéro")
    assert said in details["why"]


async def test_look_ups_of_an_hour_are_limited(post: Post) -> None:
    for _ in range(MOST_AN_HOUR):
        await lookup(post).find("awa", NUMBER, WHY)
    with pytest.raises(CannotLookUp, match="reprenez plus tard"):
        await lookup(post).find("awa", OTHER, WHY)
    await lookup(post).find("bio", NUMBER, WHY)
    post.clock.now += 3601
    await lookup(post).find("awa", NUMBER, WHY)


async def test_only_the_newest_messages_are_shown(post: Post) -> None:
    for number in range(MAX_SHOWN + 5):
        post.clock.now += 1
        await post.outbox.enqueue(message(f"k{number}"))
    found = await lookup(post).find("awa", NUMBER, WHY)
    assert [each.posted_at for each in found.messages] == [post.clock.now - ago for ago in range(MAX_SHOWN)]


async def test_number_is_found_through_a_change_of_keys(post: Post) -> None:
    await post.outbox.enqueue(message())
    fresh = "a new secret of the tests"
    assert len((await lookup(post, fresh, SECRET).find("awa", NUMBER, WHY)).messages) == 1
    await rotate(post.registry.database, Seal(fresh, SECRET), number_of_address)
    assert len((await lookup(post, fresh).find("awa", NUMBER, WHY)).messages) == 1
    assert len((await lookup(post).find("awa", NUMBER, WHY)).messages) == 0


async def test_digest_hides_the_number(post: Post) -> None:
    await post.outbox.enqueue(message())
    await post.outbox.enqueue(Message("id", "telegram", "90000001", "Bonjour"))
    table = tables.outbox.c
    rows = await post.registry.database.rows(select(table.key, table.address_digest))
    digests = {row["key"]: row["address_digest"] for row in rows}
    assert digests["id"] is None
    assert len(digests["k1"]) == 32
    assert NUMBER[-8:] not in digests["k1"]
    assert digests["k1"] != Seal("another secret").digest(NUMBER)
