"""Parses a message of a chat: reserved words, keywords, numbers, answers and names of options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from state.conversation.hop import HopContext
from state.conversation.input import ParsedInput, find_option_by_name, option_names
from state.conversation.navigation import interpret
from state.interfaces import MAX_TEXT, Inbound
from state.menu.keywords import KeywordMatch
from state.menu.model import Menu
from state.menu.versions import MenuVersion
from state.rendering.render import value_resolver
from state.session import Session
from state.text.positions import read_position
from state.text.search import Typed, plain

RESERVED: Final = frozenset({"aide", "langue"})


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """A message, with what is known of it before the session is read.

    word is « stop », « start », « aide », « langue », « merci » or « insulte » if the message says only that. language
    is the code of the language that it names. numbered is the journey that a number alone opens. stale: it comes from a
    button of an answer that is not the last one.
    """

    typed: Typed
    word: str
    language: str
    opening: KeywordMatch | None
    numbered: KeywordMatch | None
    stale: bool

    @property
    def text(self) -> str:
        """The text as the citizen typed it."""
        return self.typed.raw

    @property
    def opens(self) -> bool:
        """True if what the message asks for is known: a word, a language, a keyword, a number that opens a journey."""
        return bool(self.word or self.language or self.opening or self.numbered)


def parse_message(edition: MenuVersion, session: Session, hop: HopContext) -> ParsedMessage:
    """Parse a message before its session is used."""
    inbound = hop.inbound
    text = inbound.text[:MAX_TEXT].strip()
    if inbound.button_mark:
        return ParsedMessage(Typed.of(text), "", "", None, None, inbound.button_mark != session.chat.mark)
    return parse_text(edition, text)


def parse_text(edition: MenuVersion, text: str) -> ParsedMessage:
    """Parse a text that no button sent."""
    if read_position(text):
        return ParsedMessage(Typed.of(""), "", "", _place(edition, text), None, stale=False)
    typed = Typed.of(text)
    word = typed.plain if typed.plain in RESERVED else edition.typed.meaning_of(typed)
    language = "" if word else edition.typed.language_in(typed.plain)
    opening = None if word or language else edition.openings.find(text)
    numbered = None if word or opening or language else edition.openings.find_by_number(text)
    return ParsedMessage(typed, word, language, opening, numbered, stale=False)


def is_opt_out(edition: MenuVersion, inbound: Inbound) -> bool:
    """Whether a message says only STOP, or another word that refuses messages, in the edition's languages."""
    return not inbound.button_mark and parse_text(edition, inbound.text[:MAX_TEXT].strip()).word == "stop"


def _place(edition: MenuVersion, text: str) -> KeywordMatch | None:
    """Return what a sent location opens: the list of what is near, which gets it in place of a name."""
    screen = edition.locating
    asked = edition.menu("").screens[screen].question if screen else None
    return KeywordMatch(screen, dict.fromkeys(asked.needs, text), "") if asked else None


def interpret_message(menu: Menu, session: Session, typed: Typed) -> ParsedInput | None:
    """Parse a number, an answer, or the name of an option or of a key: « retour »."""
    if parsed := interpret(menu, session, typed.raw):
        return parsed
    phrases = menu.phrases
    keys = [("0", f"{plain(phrases.back)} "), ("00", f"{plain(phrases.home)} "), ("98", f"{plain(phrases.more)} ")]
    names = option_names(menu.shown(session.screen, session.facts), session.rows, value_resolver(menu, session))
    number = find_option_by_name([*names, *(key for key in keys if key[1] == f"{typed.plain} ")], typed.plain)
    return interpret(menu, session, number) if number else None
