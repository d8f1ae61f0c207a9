"""Messages of a chat: repeated, at the same time, with buttons, and those that a citizen asks for."""

from __future__ import annotations

import asyncio

import pytest

from state.errors import SourceUnavailable
from state.interfaces import Card, Outcome
from tests.support.conversation import BOT, Town, Writer


async def test_repeated_message_gets_the_same_reply(chatty: Town, writer: Writer) -> None:
    await writer.write("mangue")
    message = writer.message("3")
    first = await writer.send(message)
    asked = len(chatty.market.asked)
    assert [await writer.send(message) for _ in range(3)] == [first] * 3
    await writer.write("1")
    assert await writer.send(message) is None  # others were answered since
    assert len(chatty.market.asked) == asked


async def test_simultaneous_copies_of_a_message_have_one_effect(chatty: Town, writer: Writer) -> None:
    await writer.write("mangue")
    chatty.market.seconds = 0.01
    message = writer.message("3")
    replies = await asyncio.gather(*(writer.send(message) for _ in range(10)))
    assert len(set(replies)) == 1
    assert (await writer.write("1")).text.startswith("Mangue : combien ?")


async def test_simultaneous_messages_are_all_answered(writer: Writer) -> None:
    await writer.write("bonjour")
    messages = [writer.message("find mangue") for _ in range(5)]
    replies = await asyncio.gather(*(writer.send(one) for one in messages))
    assert {reply and reply.text.split("\n")[0] for reply in replies} == {"Mangue, bon appétit"}


async def test_stop_is_stored_and_answered(chatty: Town, writer: Writer) -> None:
    stopped = await writer.write("STOP")
    assert (stopped.text, stopped.ends_session) == (
        "C'est noté : nous ne vous écrirons plus, sauf pour répondre à vos messages.",
        True,
    )
    assert [who.address for who in chatty.post.stopped] == ["+2290190000001"]
    assert (await writer.write("mangue")).text.startswith("Mangue")
    chatty.post.down = True
    with pytest.raises(SourceUnavailable):  # the gateway sends it again: no STOP is thanked and lost
        await writer.write("stop")


async def test_repeated_request_sends_one_message(chatty: Town, writer: Writer) -> None:
    await writer.write("mangue 12")
    message = writer.message("2")
    replies = await asyncio.gather(*(writer.send(message) for _ in range(5)))
    assert {reply and reply.text.split("\n")[0] for reply in replies} == {"C'est noté."}
    ((to, words),) = chatty.post.sent.values()
    assert (to.address, words) == ("+2290190000001", "Prix de 12 Mangue : 12 000 F")


async def test_bot_gets_the_text_for_chats(chatty: Town) -> None:
    writer = chatty.writer(room=BOT)
    await writer.write("mangue 12", "2")
    ((to, words),) = chatty.post.sent.values()
    assert (to.gateway, words) == ("bot", "*12 000 F* pour 12 Mangue")


async def test_deferred_answers_store_only_needed_answers(chatty: Town, writer: Writer) -> None:
    await writer.write("mangue 12", "3")
    chatty.market.does["fruits.price"] = Outcome("unavailable")
    await writer.write("mangue 7", "2")
    changes, answer = chatty.post.promised.values()
    assert (changes.kind, changes.screen, changes.answers) == ("changes", "fruits.price", {"fruit": "m", "many": "12"})
    assert (answer.kind, answer.answers, answer.seen) == ("answer", {"fruit": "m", "many": "7"}, "")
    assert (changes.shown, len(changes.seen)) == ({"fruit": "Mangue", "many": "12"}, 24)


@pytest.mark.parametrize(("says", "refusal"), [("stopped", "Vous avez demandé"), ("enough", "Trop de messages")])
async def test_refused_message_is_explained_on_its_screen(chatty: Town, says: str, refusal: str) -> None:
    chatty.post.result = says  # type: ignore[assignment]
    phone, writer = chatty.phone(), chatty.writer()
    await phone.dial("7*1*12")
    assert (await phone.type("2")).text.startswith(refusal)
    await writer.write("mangue 12")
    assert (await writer.write("2")).text.startswith(refusal)
    chatty.post.result, chatty.post.down = "kept", True
    assert (await phone.type("2")).text.startswith("Le message ne peut pas partir")


async def test_replayed_call_sends_no_second_message(chatty: Town) -> None:
    phone = chatty.phone()
    await phone.dial()
    await phone.type("7", "1", "12", "2")
    await chatty.store.close()  # everything that Valkey knew is gone
    assert (await phone.post(phone.text)).text.startswith("C'est noté.")
    assert (await phone.type("1")).text.startswith("Quel fruit ?")
    assert len(chatty.post.sent) == 1


async def test_buttons_act_on_their_own_reply_only(chatty: Town) -> None:
    writer = chatty.writer(room=BOT)
    home = await writer.write("bonjour")
    assert home.card
    assert home.card.say == "Bienvenue"
    sends = {label: sends for sends, label in home.card.buttons}
    assert list(sends) == ["Secret", "Longue liste", "Trouver", "Aide", "Au revoir"]
    assert all(len(one.encode()) <= 16 for one in sends.values())
    listed = await writer.press(sends["Longue liste"])
    assert listed.text.startswith("Choisissez\n1 Fruit numéro 1\n")
    assert (await writer.press(sends["Secret"])).text == listed.text  # an old button: nothing moves
    await writer.write("secret sésame")
    assert "baobab" not in (await writer.press(sends["Secret"])).text


async def test_bot_pages_leave_space_for_buttons(chatty: Town) -> None:
    writer = chatty.writer(room=BOT)
    first = await writer.write("long")
    assert first.card == Card("Choisissez", first.card.buttons if first.card else ())
    labels = [label for _, label in first.card.buttons]
    assert labels == [*(f"Fruit numéro {number}" for number in range(1, 8)), "Suite", "Retour", "Accueil"]
    second = await writer.press(first.card.buttons[7][0])
    assert (second.page, second.pages) == (2, 5)
    assert second.card
    assert second.card.buttons[0][1] == "Fruit numéro 8"
    assert (await writer.press(second.card.buttons[0][0])).text.startswith("Choisi : Fruit numéro 8")
