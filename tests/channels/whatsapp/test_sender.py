"""Messages by WhatsApp, over HTTP to its API on this machine: in the shape that has room for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contracts.sender import PermanentFailure
from channels.whatsapp.events import reference
from channels.whatsapp.sender import WhatsappSender, outgoing
from state.interfaces import Card
from tests.support.sms_gateway import FakeAnswer
from tests.support.whatsapp_api import MESSAGE, NOW, PHONE, CloudApi, cloud_api, complaint, settings, took


@pytest.fixture
async def api() -> AsyncIterator[CloudApi]:
    async with cloud_api() as api:
        yield api


@pytest.fixture
async def sender(api: CloudApi) -> AsyncIterator[WhatsappSender]:
    sender = WhatsappSender(settings(api.url), lambda: NOW)
    yield sender
    await sender.close()


def labelled(*labels: str, say: str = "Quel service ?") -> Card:
    return Card(say, tuple((f"3f2a91.{number}", label) for number, label in enumerate(labels, 1)))


def shape(card: Card) -> str:
    """How a card goes out: text, button or list."""
    said = outgoing("texte", card)
    return str(said["interactive"]["type"] if "interactive" in said else said["type"])


class TestWhatGoesOut:
    async def test_three_options_are_buttons(self, api: CloudApi, sender: WhatsappSender) -> None:
        assert await sender.send(MESSAGE) == reference("wamid.out1")
        buttons = [
            {"type": "reply", "reply": {"id": "3f2a91.1", "title": "BAC"}},
            {"type": "reply", "reply": {"id": "3f2a91.2", "title": "BEPC"}},
            {"type": "reply", "reply": {"id": "3f2a91.0", "title": "Retour"}},
        ]
        assert api.messages == [
            {
                "messaging_product": "whatsapp",
                "recipient_type": "individual",
                "to": PHONE,
                "type": "interactive",
                "interactive": {"type": "button", "body": {"text": "Quel examen ?"}, "action": {"buttons": buttons}},
            }
        ]

    async def test_more_options_are_a_list(self, api: CloudApi, sender: WhatsappSender) -> None:
        card = labelled("Acte de naissance", "Légalisation de document administratif", "Casier", "Retour")
        await sender.send(replace(MESSAGE, card=card))
        said = api.messages[0]["interactive"]
        assert (said["type"], said["action"]["button"]) == ("list", "Choisir")
        assert said["action"]["sections"] == [
            {
                "rows": [
                    {"id": "3f2a91.1", "title": "Acte de naissance"},
                    {
                        "id": "3f2a91.2",
                        "title": "Légalisation de…",
                        "description": "Légalisation de document administratif",
                    },
                    {"id": "3f2a91.3", "title": "Casier"},
                    {"id": "3f2a91.4", "title": "Retour"},
                ]
            }
        ]

    async def test_no_card_is_a_text(self, api: CloudApi, sender: WhatsappSender) -> None:
        await sender.send(replace(MESSAGE, card=None))
        assert api.messages[0]["text"] == {"preview_url": False, "body": MESSAGE.text}

    async def test_user_id_of_meta_goes_in_recipient(self, api: CloudApi, sender: WhatsappSender) -> None:
        await sender.send(replace(MESSAGE, address="BJ.13491208655302741918"))
        assert api.messages[0]["recipient"] == "BJ.13491208655302741918"
        assert "to" not in api.messages[0]

    SHAPES = (
        (labelled("a"), "button"),
        (labelled("x" * 20, "y" * 20, "z" * 20), "button"),
        (labelled("x" * 21), "list"),
        (labelled("a", "b", "c", "d"), "list"),
        (labelled(*"abcdefghij"), "list"),
        (labelled(*"abcdefghijk"), "text"),
        (labelled(), "text"),
        (labelled("a", "a"), "text"),
        (labelled("a", "A"), "text"),
        (labelled("a", " "), "text"),
        (labelled("x" * 24), "list"),
        (labelled("x" * 25), "text"),  # one long word has no first words
        (labelled(" ".join(["mot"] * 18)), "list"),  # 71 characters
        (labelled(" ".join(["mots"] * 15)), "text"),  # 74
        (labelled("Acte de naissance pour enfant", "Acte de naissance pour adulte"), "text"),  # the same first words
        (labelled("\U0001f1e7" * 10), "button"),  # 20 UTF-16 units
        (labelled("\U0001f1e7" * 11), "list"),
        (labelled("a", say="x" * 1024), "button"),
        (labelled("a", say="x" * 1025), "text"),
        (labelled("a", say=" \n"), "text"),
    )

    @pytest.mark.parametrize(("card", "kind"), SHAPES)
    def test_card_takes_the_best_shape_that_fits(self, card: Card, kind: str) -> None:
        assert shape(card) == kind

    LETTERS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40) | st.text("ab é…-\n", max_size=90)
    LABELS = LETTERS | st.lists(st.sampled_from(["acte", "de", "naissance", "sous-préfecture", "né"])).map(" ".join)

    @given(
        labels=st.lists(LABELS, max_size=12), say=LETTERS | st.text("é ", min_size=1000, max_size=1100), data=st.data()
    )
    def test_meta_takes_every_card(self, labels: list[str], say: str, data: st.DataObject) -> None:
        text = data.draw(st.text("aé\n", min_size=1, max_size=60).filter(str.strip))
        said = outgoing(text, labelled(*labels, say=say))
        whole = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": PHONE}
        assert complaint(whole | said) == ""

    async def test_a_text_goes_out_whole_or_never(self, api: CloudApi, sender: WhatsappSender) -> None:
        await sender.send(replace(MESSAGE, text="é" * 4096, card=None))
        for text in ("é" * 4097, "\U0001f600" * 2049):
            with pytest.raises(PermanentFailure, match="too_long"):
                await sender.send(replace(MESSAGE, text=text, card=None))
        assert len(api.messages) == 1

    async def test_messages_in_a_row_share_one_connection(self, api: CloudApi, sender: WhatsappSender) -> None:
        for _ in range(5):
            await sender.send(MESSAGE)
        assert len(api.connections) == 1

    async def test_messages_at_once_wait_for_none_another(self, api: CloudApi, sender: WhatsappSender) -> None:
        api.instead = [FakeAnswer(took("wamid.x"), 200, together=asyncio.Barrier(20))]
        assert await asyncio.gather(*(sender.send(MESSAGE) for _ in range(20))) == [reference("wamid.x")] * 20
        assert len(api.connections) == 20


async def test_closed_sender_can_send_again(api: CloudApi) -> None:
    sender = WhatsappSender(settings(api.url))
    await sender.close()
    await sender.send(replace(MESSAGE, last_inbound_at=0))
    await sender.close()
    await sender.send(replace(MESSAGE, last_inbound_at=0))
    await sender.close()
    assert len(api.connections) == 2
