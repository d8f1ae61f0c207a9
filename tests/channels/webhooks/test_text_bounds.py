"""However long a citizen's text is: what is let in, and what is worked on behind the door, has so many characters."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from unittest import mock
from urllib.parse import urlencode

import pytest
from aiohttp import StreamReader
from aiohttp.test_utils import make_mocked_request
from hypothesis import given, settings
from hypothesis import strategies as st

import state.conversation.navigation
import state.conversation.remaining_text
from channels import open_channels, open_mailboxes
from channels.contracts.channel import SESSION, Channel
from channels.contracts.message_channel import MessageChannel
from channels.contracts.phone_numbers import MAX_WRITTEN, normalize_number
from channels.contracts.request_body import FORM, JSON
from channels.telegram.webhook import HEADER as TELEGRAM_SECRET
from channels.whatsapp.webhook import HEADER as WHATSAPP_SIGNATURE
from settings import Settings
from state.conversation import session_lifecycle
from state.errors import BadRequest
from state.interfaces import MAX_JOINED, MAX_MARK, MAX_MESSAGE, MAX_NETWORK, MAX_TEXT, Inbound
from state.text.encoding import Folding, fold
from state.text.search import Index, plain
from tests.support.conversation import BOT, SMALL, Town

CHATTY = Path(__file__).parents[2] / "data" / "chatty"
SIGNS = ["\ufdfa", "\ufb2c", "\ud55c", "\u1112\u1161\u11ab", "\u0345\u0301\u0327", "\u2a74", " ", "a ", "é"]
SIGNS += ["1*", "BAC "]
LONG = st.builds(lambda sign, times: sign * times, st.sampled_from(SIGNS), st.integers(1, 3000))
TEXTS = st.one_of(st.text(max_size=40), LONG, st.builds("".join, st.lists(LONG, max_size=3)))
GATEWAYS: dict[str, Channel | MessageChannel] = {
    **{one.name: one for one in open_channels(Settings(env="demo"))},
    **{one.name: one for one in open_mailboxes(Settings(env="demo"))},
}


def _form(**fields: str) -> tuple[bytes, str]:
    return urlencode({name: value.encode("utf-8", "replace") for name, value in fields.items()}).encode(), FORM


def _json(payload: Any) -> tuple[bytes, str]:
    return json.dumps(payload).encode(), JSON


def _whatsapp(text: str, other: str) -> tuple[bytes, str]:
    pressed = {"type": "list_reply", "list_reply": {"id": f"{other}.{text}", "title": "x"}}
    kinds = [{"type": "text", "text": {"body": text}}, {"type": "interactive", "interactive": pressed}]
    common = {"from": "2290190000001", "timestamp": "1795500000"}
    sent = [{**common, "id": f"wamid.{number}", **kind} for number, kind in enumerate(kinds)]
    changes = [{"field": "messages", "value": {"metadata": {"phone_number_id": "1"}, "messages": sent}}]
    return _json({"object": "whatsapp_business_account", "entry": [{"changes": changes}]})


def _telegram(text: str, other: str) -> tuple[bytes, str]:
    chat = {"id": 7, "type": "private"}
    query = {"id": other, "from": {"id": 7}, "data": f"{other}.{text}", "message": {"chat": chat}}
    written = {"message": {"date": 1, "chat": chat, "text": text}}
    return _json({"update_id": 1, **(written if len(other) % 2 else {"callback_query": query})})


PHONE = "+2290190000001"
# What each gateway brings for a text and for something else that it chooses: a session, a network, a mark.
BRINGS: dict[str, Callable[[str, str], tuple[bytes, str]]] = {
    "africastalking_ussd": lambda text, other: _form(
        sessionId="s1", serviceCode="*384#", phoneNumber=PHONE, text=text, networkCode=other
    ),
    "madapi": lambda text, other: _json(
        {"sessionId": "s1", "serviceCode": "*384#", "msisdn": PHONE, "ussdString": text, "messageType": "1"}
    ),
    "africastalking_sms": lambda text, other: _form(**{"id": "m1", "from": PHONE, "text": text, "networkCode": other}),
    "whatsapp": _whatsapp,
    "telegram": _telegram,
}
ELSEWHERE: Final = {"africastalking_events", "africastalking_reports", "africastalking_optouts"}  # no citizen's text


def test_every_channel_is_looked_at() -> None:
    assert set(BRINGS) | ELSEWHERE == set(GATEWAYS)


async def read(name: str, body: bytes, content_type: str) -> list[Inbound]:
    payload = StreamReader(mock.Mock(), 2**16, loop=asyncio.get_running_loop())
    payload.feed_data(body)
    payload.feed_eof()
    signed = "sha256=" + hmac.digest(b"demo", body, "sha256").hex()
    headers = {"Content-Type": content_type, TELEGRAM_SECRET: "demo", WHATSAPP_SIGNATURE: signed}
    request = make_mocked_request("POST", "/", headers=headers, payload=payload, match_info={"secret": "demo"})
    try:
        said: Any = await GATEWAYS[name].read(request)
    except BadRequest:
        return []
    return [one for one in (said if isinstance(said, tuple) else (said,)) if isinstance(one, Inbound)]


@pytest.mark.parametrize("name", sorted(BRINGS))
@settings(max_examples=60)
@given(text=TEXTS, other=TEXTS)
async def test_a_channel_lets_in_so_many_characters(name: str, text: str, other: str) -> None:
    for inbound in await read(name, *BRINGS[name](text, other)):
        assert len(inbound.text) <= (MAX_JOINED if inbound.inputs_are_cumulative else MAX_TEXT)
        assert not inbound.session or SESSION.fullmatch(inbound.session)
        assert len(inbound.message) <= MAX_MESSAGE
        assert len(inbound.button_mark) <= MAX_MARK
        assert len(inbound.network) <= MAX_NETWORK
        assert len(inbound.citizen) <= MAX_MESSAGE


@pytest.mark.parametrize("name", ["africastalking_sms", "whatsapp", "telegram"])
async def test_blanks_around_a_message_are_stripped_first(name: str) -> None:
    for inbound in await read(name, *BRINGS[name](" " * 5000 + "STOP" + " " * 400, "x")):
        assert inbound.text == "STOP" or inbound.button_mark


def test_text_too_long_for_a_number_is_refused() -> None:
    assert normalize_number("+229 01 90 00 00 01".ljust(MAX_WRITTEN)) == PHONE
    with pytest.raises(BadRequest):
        normalize_number("+229 01 90 00 00 01".ljust(MAX_WRITTEN + 1))


class Lengths:
    """The longest text that each part of a conversation was given."""

    def __init__(self) -> None:
        self.longest: dict[str, int] = {}
        self.times: dict[str, int] = {}

    def watch(self, name: str, part: Callable[..., Any], place: int, least: int = -1) -> Callable[..., Any]:
        """The part, watched; times counts texts that are longer than the least."""

        def watched(*given: Any) -> Any:
            self.longest[name] = max(len(given[place]), self.longest.get(name, 0))
            self.times[name] = self.times.get(name, 0) + (len(given[place]) > least)
            return part(*given)

        return watched


@pytest.fixture
def lengths(monkeypatch: pytest.MonkeyPatch) -> Lengths:
    watched = Lengths()
    for module in (state.conversation.remaining_text, state.conversation.navigation):
        monkeypatch.setattr(module, "parse_input", watched.watch("parse_input", module.parse_input, 1))
    monkeypatch.setattr(Index, "find", watched.watch("find", Index.find, 1))
    monkeypatch.setattr(Folding, "__call__", watched.watch("fold", Folding.__call__, 1))
    return watched


@pytest.fixture
def town(tmp_path: Path) -> Town:
    shutil.copytree(SMALL, tmp_path / "menus")
    shutil.copytree(CHATTY, tmp_path / "menus", dirs_exist_ok=True)
    return Town(folder=tmp_path / "menus")


def worst() -> Iterator[str]:
    for sign in SIGNS:
        yield from (sign * 20_000, f"mangue {sign * 20_000}", f"trouver {sign * 20_000}")


async def test_conversation_cuts_every_text_again(town: Town, lengths: Lengths) -> None:
    """The channel's cut is not relied upon: every text is cut again."""
    for number, text in enumerate(worst()):
        for citizen_of in (town.writer(f"+22901{number:08}"), town.writer(f"tg:{number}", BOT)):
            await citizen_of.write(text, text, "7", text)
        await town.phone(f"+22901{number:08}").dial(text)
    assert set(lengths.longest) == {"parse_input", "find", "fold"}
    assert {name: many for name, many in lengths.longest.items() if many > MAX_TEXT} == {}


async def test_message_is_normalized_once_for_all_rows(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = town.writer()
    await writer.write("bonjour", "longue liste")  # thirty rows
    watched = Lengths()
    monkeypatch.setattr(Folding, "__call__", watched.watch("fold", Folding.__call__, 1, least=200))
    await writer.write("numéro " * 50)
    assert watched.times["fold"] == 1


async def test_a_call_hears_so_many_inputs_at_once(town: Town, lengths: Lengths) -> None:
    await town.phone().dial("1*0*" * 2000)
    assert lengths.times["parse_input"] <= session_lifecycle.MAX_INPUTS


async def test_later_input_of_a_call_is_cut(town: Town, lengths: Lengths) -> None:
    phone = town.phone()
    await phone.dial()
    await phone.type("9" * 5000)
    assert lengths.longest["parse_input"] == MAX_TEXT


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_normalization_of_plain_letters_is_unchanged(text: str) -> None:
    bare = unicodedata.normalize("NFKD", fold(text).lower())
    assert plain(text) == re.sub(r"[^a-z0-9]+", " ", bare).strip()


@given(st.text())
def test_the_plain_form_is_its_own_plain_form(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_character_of_eighteen_parts_costs_no_more() -> None:
    """Counted, not timed: the parts that are looked at, of a sign whose first has no spelling."""
    folding = Folding()
    with mock.patch.object(folding, "_sign", wraps=folding._sign) as looked:
        assert folding._apart("\ufdfa") == "?"
    assert looked.call_count == 1
