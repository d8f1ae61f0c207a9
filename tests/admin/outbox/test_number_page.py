"""« Un message n'est pas arrivé »: who assists finds what became of the messages to a number, and not their words."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from admin.auth import HEADER
from admin.outbox.number_page import OF_STATE, PAUSED, UNKNOWN, meaning_of
from channels.contracts.sender import Message
from channels.outbox.number_lookup import SentMessage
from channels.outbox.opt_outs import OptOuts
from channels.outbox.repository import Outbox
from database.encryption import Seal
from runtime.services import Services
from state.identity import Pseudonyms
from state.interfaces import Recipient
from tests.support.admin_client import csrf, open_admin_site, sign_in
from tests.support.browser import Making, chromium, live_desk

pytestmark = pytest.mark.slow

PAGE, NUMBER = "/bureau/messages/retrouver", "+2290190000001"


def sent(state: str, why: str = "", *, is_paused: bool = False) -> SentMessage:
    return SentMessage("sms", state, why, False, 1.0, None, None, 2.0, is_paused)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (sent("queued"), OF_STATE["queued"].words),
        (sent("queued", is_paused=True), PAUSED.words),
        (sent("queued", "InsufficientBalance"), "plus de crédit chez la passerelle"),
        (sent("sent", "no_turn"), OF_STATE["sent"].words),
        (sent("delivered", "Failed"), OF_STATE["delivered"].words),
        (sent("expired"), OF_STATE["expired"].words),
        (sent("cancelled", "stopped"), "cette personne a écrit STOP"),
        (sent("failed", "words of a gateway"), UNKNOWN.words),
        (sent("failed"), "sans raison donnée"),
    ],
    ids=lambda value: f"{value.state} {value.why}" if isinstance(value, SentMessage) else "",
)
def test_each_state_is_said_in_words(message: SentMessage, words: str) -> None:
    assert meaning_of(message).words == words
    assert meaning_of(message).advice


async def complain(parts: Services) -> None:
    """A number whose message failed, and who wrote STOP."""
    outbox, secrets = Outbox(parts.database, Seal("demo")), Pseudonyms("demo")
    await outbox.enqueue(Message("failed", "sms", NUMBER, "BAC : Admis(e)"))
    await outbox.failed((await outbox.claim("sms", 1))[0], "UserInBlacklist")
    await OptOuts(parts.database).add(secrets.of_recipient(Recipient("sms", NUMBER)))


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
async def test_complaint_is_answered_by_keyboard(our_settings: Making, width: int) -> None:
    async with chromium() as browser, live_desk(our_settings(), browser, width) as live:
        await complain(live.parts)
        await live.go("/bureau/messages")
        await live.page.get_by_role("link", name="Un message n'est pas arrivé").click()
        await live.sound()
        await live.page.get_by_label("Numéro de téléphone").focus()
        await live.page.keyboard.type("01 90 00 00 01")
        await live.page.keyboard.press("Tab")
        await live.page.keyboard.type("guichet de Parakou")
        await live.page.keyboard.press("Enter")
        await expect(live.page.get_by_text("cette personne refuse les messages")).to_be_visible()
        await expect(live.page.get_by_text("Elle en reçoit de nouveau quand elle écrit START")).to_be_visible()
        await live.sound()
        shown = await live.page.content()
        assert "90000001" not in shown + live.page.url
        assert "Admis" not in shown


async def test_unknown_number_gives_advice(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, env="demo") as client:
        form = {"number": NUMBER, "why": "essai"}
        answer = await client.post(PAGE, data=form, headers={HEADER: await csrf(client)})
        assert "Rien n'est parti à ce numéro depuis 30 jours" in await answer.text()


async def test_refused_look_up_keeps_the_reason_typed(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path, env="demo") as client:
        form = {"number": "12", "why": "<b>essai"}
        answer = await client.post(PAGE, data=form, headers={HEADER: await csrf(client)})
        assert answer.status == 409
        page = await answer.text()
        assert 'role="alert"' in page
        assert 'value="&lt;b&gt;essai"' in page


@pytest.mark.parametrize("role", ["approver", "editor", "importer", "viewer", "support"])
async def test_only_support_looks_numbers_up(valkey_url: str, tmp_path: Path, role: str) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        form = {"csrf": await sign_in(client, role), "number": NUMBER, "why": "essai"}
        expected = 200 if role == "support" else 403
        assert (await client.post(PAGE, data=form)).status == expected
        assert (await client.get(PAGE)).status == expected
