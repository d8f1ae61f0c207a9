"""A clock that is put forward or back by an hour: nobody is cut off, nothing waits or is held for an hour."""

from __future__ import annotations

import pytest

from channels.deferred.repository import DeferredRepository, Kind, NewDeferred
from database.encryption import Seal
from database.leased_queue import LEASE_SECONDS
from state.interfaces import Inbound
from state.session import Session
from tests.support.conversation import USSD, Town
from tests.support.database import Registry
from tests.support.outbox_setup import Post, message

HOUR = 3600.0
STEPS = [HOUR, -HOUR, 9 * HOUR, -9 * HOUR]


def typed(text: str) -> Inbound:
    """One input on a gateway that sends single ones: a call that began anew would not know the earlier inputs."""
    return Inbound("madapi", "+2290190000001", "s1", text, inputs_are_cumulative=False)


@pytest.mark.parametrize("step", STEPS)
async def test_an_open_call_goes_on_whatever_the_clock_does(step: float) -> None:
    town = Town()
    for text in ("", "7"):
        await town.conversation.handle(typed(text), USSD)
    town.clock.now += step
    assert (await town.conversation.handle(typed("1"), USSD)).text.startswith("Mangue : combien ?")
    town.clock.now -= step
    assert (await town.conversation.handle(typed("5"), USSD)).text.startswith("5 Mangue : 5 000 F")


@pytest.mark.parametrize("step", STEPS)
def test_the_same_digit_typed_again_is_no_echo_because_of_the_clock(step: float) -> None:
    town = Town()
    calls = town.conversation._sessions
    before = Session("fruits.which", town.menus.current.version, "s1", town.clock.now, last_input="1")
    assert calls.is_duplicate(before, typed("1"), town.clock.now + 0.2)
    assert not calls.is_duplicate(before, typed("1"), town.clock.now + step)


async def test_a_call_that_is_silent_for_too_long_still_begins_anew() -> None:
    town = Town()
    for text in ("", "7"):
        await town.conversation.handle(typed(text), USSD)
    town.clock.now += town.settings.session_seconds + 1
    assert (await town.conversation.handle(typed("7"), USSD)).text.startswith("Quel fruit ?")


@pytest.fixture
def post(registry: Registry) -> Post:
    return Post(registry)


async def test_a_message_posted_by_a_clock_that_was_ahead_is_sent_within_a_lease(post: Post) -> None:
    post.clock.now += HOUR
    await post.outbox.enqueue(message(life=24 * HOUR))
    post.clock.now -= HOUR
    assert await post.outbox.claim("sms", 10) == []
    await post.outbox.tidy()
    post.clock.now += LEASE_SECONDS + 1
    (claimed,) = await post.outbox.claim("sms", 10)
    assert claimed.message.key == "k1"


async def test_a_lease_that_was_taken_by_a_clock_ahead_is_no_hour_long(post: Post) -> None:
    await post.outbox.enqueue(message(life=24 * HOUR))
    post.clock.now += HOUR
    (held,) = await post.outbox.claim("sms", 10)
    post.clock.now -= HOUR
    await post.outbox.tidy()
    assert await post.outbox.claim("sms", 10) == []  # who holds it is given a lease from now
    post.clock.now += LEASE_SECONDS + 1
    (claimed,) = await post.outbox.claim("sms", 10)
    assert claimed.tries == held.tries + 1


async def test_a_clock_put_forward_lets_no_message_expire_that_has_a_day(post: Post) -> None:
    await post.outbox.enqueue(message(life=24 * HOUR))
    post.clock.now += HOUR
    await post.outbox.tidy()
    assert len(await post.outbox.claim("sms", 10)) == 1


async def test_a_pause_between_two_tries_is_left_as_it_is(post: Post) -> None:
    await post.outbox.enqueue(message(life=24 * HOUR))
    (held,) = await post.outbox.claim("sms", 10)
    assert await post.outbox.reschedule(held, "later", 1350.0)
    await post.outbox.tidy()
    post.clock.now += 1349
    assert await post.outbox.claim("sms", 10) == []


def promises(post: Post) -> DeferredRepository:
    return DeferredRepository(post.registry.database, Seal("a secret of the tests"), post.clock)


@pytest.mark.parametrize("kind", ["answer", "message"])
async def test_a_promise_that_a_clock_ahead_put_off_is_kept_within_a_lease(post: Post, kind: Kind) -> None:
    made = NewDeferred("p1", kind, "somebody", b"{}")
    post.clock.now += HOUR
    await promises(post).add(made)
    assert len(await promises(post).claim(10)) == 1
    post.clock.now -= HOUR
    assert await promises(post).claim(10) == []
    post.clock.now += LEASE_SECONDS + 1
    assert len(await promises(post).claim(10)) == 1
