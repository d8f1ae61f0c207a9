"""Length of the texts that a conversation works on, whatever its channel lets in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import state.conversation.navigation
import state.conversation.text_matching
from state.conversation import session_lifecycle
from state.interfaces import MAX_TEXT
from state.text.encoding import Folding
from state.text.index import Index
from tests.support.conversation import BOT, Town
from tests.support.long_texts import SIGNS


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
    for module in (state.conversation.text_matching, state.conversation.navigation):
        monkeypatch.setattr(module, "parse_input", watched.watch("parse_input", module.parse_input, 1))
    monkeypatch.setattr(Index, "find", watched.watch("find", Index.find, 1))
    monkeypatch.setattr(Folding, "__call__", watched.watch("fold", Folding.__call__, 1))
    return watched


def worst() -> Iterator[str]:
    for sign in SIGNS:
        yield from (sign * 20_000, f"mangue {sign * 20_000}", f"trouver {sign * 20_000}")


async def test_conversation_cuts_every_text_again(chatty: Town, lengths: Lengths) -> None:
    """The channel's cut is not relied upon: every text is cut again."""
    for number, text in enumerate(worst()):
        for citizen_of in (chatty.writer(f"+22901{number:08}"), chatty.writer(f"tg:{number}", BOT)):
            await citizen_of.write(text, text, "7", text)
        await chatty.phone(f"+22901{number:08}").dial(text)
    assert set(lengths.longest) == {"parse_input", "find", "fold"}
    assert {name: many for name, many in lengths.longest.items() if many > MAX_TEXT} == {}


async def test_message_is_normalized_once_for_all_rows(chatty: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = chatty.writer()
    await writer.write("bonjour", "longue liste")  # thirty rows
    watched = Lengths()
    monkeypatch.setattr(Folding, "__call__", watched.watch("fold", Folding.__call__, 1, least=200))
    await writer.write("numéro " * 50)
    assert watched.times["fold"] == 1


async def test_dialled_inputs_have_a_maximum_number(chatty: Town, lengths: Lengths) -> None:
    await chatty.phone().dial("1*0*" * 2000)
    assert lengths.times["parse_input"] <= session_lifecycle.MAX_INPUTS


async def test_later_input_of_a_call_is_cut(chatty: Town, lengths: Lengths) -> None:
    phone = chatty.phone()
    await phone.dial()
    await phone.type("9" * 5000)
    assert lengths.longest["parse_input"] == MAX_TEXT
