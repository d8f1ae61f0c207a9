"""The same message gets its answer again while that may still be needed, and never a second one."""

from __future__ import annotations

import pytest

from authoring.replay.fakes import FakeOutgoingMessages
from state.conversation.conversation import Conversation
from state.errors import SourceUnavailable, TablesUnavailable
from state.interfaces import Inbound, Outcome, Reply
from tests.support.conversation import BOT, SECRET_QUESTION, Town

LIFE = 3600.0


@pytest.fixture
def town() -> Town:
    return Town()


def written(text: str, named: str) -> Inbound:
    return Inbound("whatsapp", "+2290190000001", "", text, inputs_are_cumulative=False, message=named)


async def say(
    talk: Conversation, text: str, named: str, *, postponed: bool = False, waits: bool = False
) -> Reply | None:
    return await talk.handle_message(written(text, named), BOT, LIFE, postponed=postponed, waits=waits)


async def test_unsent_answer_is_given_again_after_others(town: Town) -> None:
    talk = town.conversation
    first = await say(talk, "bonjour", "m1")
    assert first
    await talk.heard.keep_unsent(written("bonjour", "m1"), LIFE, first)
    assert await say(talk, "aide", "m2")
    again = await say(talk, "bonjour", "m1")
    assert again
    assert (again.text, again.card, again.ends_session) == (first.text, first.card, first.ends_session)


async def test_answered_message_gets_nothing_after_others(town: Town) -> None:
    talk = town.conversation
    assert await say(talk, "bonjour", "m1")
    assert await say(talk, "aide", "m2")
    assert await say(talk, "bonjour", "m1") is None


async def test_answer_of_a_worker_is_given_to_workers_only(town: Town) -> None:
    talk = town.conversation
    first = await say(talk, "bonjour", "m1", postponed=True)
    assert first
    assert await say(talk, "bonjour", "m1") is None
    assert await say(talk, "aide", "m2")
    again = await say(talk, "bonjour", "m1", postponed=True)
    assert again
    assert (again.text, again.card) == (first.text, first.card)
    assert await say(talk, "bonjour", "m1") is None


async def test_message_waits_until_our_tables_answer(town: Town) -> None:
    town.market.does["fruits.all"] = Outcome("unavailable", retriable=True)
    with pytest.raises(TablesUnavailable):
        await say(town.conversation, "fruits", "m1", waits=True)
    town.market.does.clear()
    answer = await say(town.conversation, "fruits", "m1", waits=True)
    assert answer
    assert "Mangue" in answer.text


async def test_message_without_time_gets_the_failure_screen(town: Town) -> None:
    town.market.does["fruits.all"] = Outcome("unavailable", retriable=True)
    answer = await say(town.conversation, "fruits", "m1")
    assert answer
    assert "Mangue" not in answer.text


async def test_try_that_was_not_answered_is_not_counted(town: Town) -> None:
    town.market.does[SECRET_QUESTION] = Outcome("unavailable", retriable=True)
    for number in range(20):
        with pytest.raises(TablesUnavailable):
            await say(town.conversation, "secret faux", f"m{number}", waits=True)
    town.market.does[SECRET_QUESTION] = Outcome("unknown")
    assert await say(town.conversation, "secret faux", "m20", waits=True)


async def test_mark_of_another_version_gives_nothing(town: Town) -> None:
    talk = town.conversation
    await say(talk, "bonjour", "m1")
    await say(talk, "aide", "m2")
    mark = talk.heard.message(written("bonjour", "m1"), LIFE)
    for stored in (b"unsent:{}", b"unsent:[", b'unsent:{"text":"x","ends_session":false,"card":[1]}', b"later:"):
        await town.store.compare_and_set(mark.key, await town.store.get(mark.key), stored, LIFE)
        assert await say(talk, "bonjour", "m1") is None


@pytest.mark.parametrize(("word", "method"), [("stop", "stop"), ("start", "resume")])
async def test_choice_that_cannot_be_stored_is_not_answered(
    word: str, method: str, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object) -> bool:
        raise SourceUnavailable("made to fail")

    monkeypatch.setattr(FakeOutgoingMessages, method, down)
    with pytest.raises(SourceUnavailable):
        await say(town.conversation, word, "m1")
    monkeypatch.undo()
    assert await say(town.conversation, word, "m1")
