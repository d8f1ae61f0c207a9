"""The 24 hours after a citizen's last message, and the template that is sent later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contracts.sender import NeedsOperator, PermanentFailure
from channels.whatsapp import sender as whatsapp_sender
from channels.whatsapp.events import reference
from channels.whatsapp.sender import WINDOW, WhatsappSender
from tests.support.sms_gateway import FakeAnswer
from tests.support.whatsapp_api import MESSAGE, NOW, PHONE, CloudApi, cloud_api, complaint, failure, settings, took


@pytest.fixture
async def api() -> AsyncIterator[CloudApi]:
    async with cloud_api() as api:
        yield api


@pytest.fixture
async def sender(api: CloudApi) -> AsyncIterator[WhatsappSender]:
    sender = WhatsappSender(settings(api.url), lambda: NOW)
    yield sender
    await sender.close()


@pytest.fixture
async def with_template(api: CloudApi) -> AsyncIterator[WhatsappSender]:
    sender = WhatsappSender(settings(api.url, whatsapp_template="zin_info/fr"), lambda: NOW)
    yield sender
    await sender.close()


class TestTheWindow:
    OLD = replace(MESSAGE, last_inbound_at=NOW - WINDOW - 1)

    async def test_is_open_for_a_day_or_if_unknown(self, api: CloudApi, sender: WhatsappSender) -> None:
        for heard_at in (NOW - WINDOW, NOW + 60, 0.0):
            await sender.send(replace(MESSAGE, last_inbound_at=heard_at))
        assert [sent["type"] for sent in api.messages] == ["interactive"] * 3

    async def test_closed_window_fails_without_a_call(self, api: CloudApi, sender: WhatsappSender) -> None:
        with pytest.raises(PermanentFailure, match="window_closed"):
            await sender.send(self.OLD)
        assert api.messages == []

    async def test_a_template_goes_through_it(self, api: CloudApi, with_template: WhatsappSender) -> None:
        text = "Résultat :\n\n  ADMIS\t le     24\r\nMention\u2028bien "
        assert await with_template.send(replace(self.OLD, text=text)) == reference("wamid.out1")
        assert api.messages[0]["template"] == {
            "name": "zin_info",
            "language": {"code": "fr"},
            "components": [
                {
                    "type": "body",
                    "parameters": [{"type": "text", "text": "Résultat : / ADMIS le 24 / Mention / bien"}],
                }
            ],
        }

    async def test_a_template_has_its_own_length(self, api: CloudApi, with_template: WhatsappSender) -> None:
        await with_template.send(replace(self.OLD, text="é" * 1024))
        with pytest.raises(PermanentFailure, match="too_long"):
            await with_template.send(replace(self.OLD, text="é" * 1025))
        assert len(api.messages) == 1

    async def test_template_follows_a_refusal_for_closed_window(
        self, api: CloudApi, with_template: WhatsappSender
    ) -> None:
        api.instead = [failure(131047), FakeAnswer(took("wamid.t"), 200)]
        assert await with_template.send(MESSAGE) == reference("wamid.t")
        assert [sent["type"] for sent in api.messages] == ["interactive", "template"]

    async def test_the_template_is_tried_once(self, api: CloudApi, with_template: WhatsappSender) -> None:
        api.instead = [failure(131047)]
        with pytest.raises(PermanentFailure, match="window_closed"):
            await with_template.send(MESSAGE)
        assert len(api.messages) == 2

    async def test_unknown_template_needs_an_operator(self, api: CloudApi) -> None:
        sender = WhatsappSender(settings(api.url, whatsapp_template="zin_info/en"), lambda: NOW)
        with pytest.raises(NeedsOperator, match="template_132001"):
            await sender.send(self.OLD)
        await sender.close()

    @given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80).filter(str.strip))
    def test_meta_takes_every_text_as_a_variable(self, text: str) -> None:
        said = whatsapp_sender._templated("zin_info", "fr", text)
        assert complaint({"messaging_product": "whatsapp", "recipient_type": "individual", "to": PHONE} | said) == ""
