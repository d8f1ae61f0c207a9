"""Parses a message of a chat: reserved words, keywords, numbers, answers and names of options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from state.conversation.hop import HopContext
from state.conversation.input import ParsedInput, find_option_by_name, option_names
from state.conversation.navigation import interpret
from state.interfaces import MAX_TEXT
from state.menu.keywords import KeywordMatch
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.rendering.render import value_resolver
from state.session import Session
from state.text.search import Typed

RESERVED: Final = frozenset({"stop", "aide", "langue"})


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A message, with what is known of it before the session is read.

    stale: it comes from a button of an answer that is not the last one.
    """

    typed: Typed
    word: str
    opening: KeywordMatch | None
    stale: bool

    @property
    def text(self) -> str:
        """The text as the citizen typed it."""
        return self.typed.raw

    @property
    def opens(self) -> bool:
        """True if the message is a reserved word or has a keyword."""
        return bool(self.word or self.opening)


def parse_message(edition: MenuVersion, session: Session, hop: HopContext) -> ParsedMessage:
    """Parse a message before its session is used."""
    inbound = hop.inbound
    typed, pressed = Typed.of(inbound.text[:MAX_TEXT].strip()), bool(inbound.button_mark)
    word = typed.plain if not pressed and typed.plain in RESERVED else ""
    opening = None if pressed or word else edition.openings.find(typed.raw)
    return ParsedMessage(typed, word, opening, pressed and inbound.button_mark != session.chat.mark)


def interpret_message(menu: Menu, session: Session, typed: Typed) -> ParsedInput | None:
    """Parse a number, an answer or the name of an option."""
    if parsed := interpret(menu, session, typed.raw):
        return parsed
    number = find_option_by_name(
        option_names(menu.screens[session.screen], session.rows, value_resolver(menu, session)), typed.plain
    )
    return interpret(menu, session, number) if number else None
