"""Follows the words of a message from screen to screen, as far as they mean something.

What is doubtful is asked on its list, with only the rows that fit; the words that are left wait for the choice.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from state.conversation.effects import Dialogue
from state.conversation.hop import HopContext
from state.conversation.navigation import Navigator, interpret
from state.conversation.remaining_text import RemainingText
from state.conversation.text_matching import match_next
from state.menu.keywords import KeywordMatch
from state.menu.model import Menu
from state.menu.schema import NOT_OFFERED
from state.session import Session
from state.text.message_words import split_words

_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
MAX_SCREENS_PER_MESSAGE: Final = 8  # screens that one message may pass


def follow_text(
    navigator: Navigator, menu: Menu, session: Session, rest: RemainingText, hop: HopContext
) -> Dialogue[RemainingText]:
    """Follow the text; returns what is left of it, with the notice to show. Raises TooManyGuesses."""
    text = rest.text
    for _ in range(MAX_SCREENS_PER_MESSAGE):
        if session.screen == NOT_OFFERED:  # the words have nowhere to go
            return rest._replace(text="")
        match = match_next(menu, session, rest)
        if match is None:
            break
        rest = match.rest
        if match.parsed is None:
            session.rows, session.page = list(match.rows) or session.rows, 0
            return _wait(session, rest)
        if notice := (yield from navigator.follow(menu, session, match.parsed, hop)):
            return rest._replace(text="", notice=notice)
    if text and not rest.text and len(session.rows) == 1:  # the only match: choose it
        only = interpret(menu, session, "1")
        notice = (yield from navigator.follow(menu, session, only, hop)) if only else ""
        return rest._replace(notice=notice or rest.notice)
    is_waiting = session.rows and rest.has_number and (rest.is_opening or rest.passed)
    return _wait(session, rest) if is_waiting else rest


def with_pending(opening: KeywordMatch, session: Session) -> KeywordMatch:
    """Return the keyword with the number that waits for a choice, if the citizen names it in words: `BAC 2026`."""
    pending, session.pending = session.pending, ""
    return replace(opening, rest=joined_with_pending(opening.rest, session, pending))


def joined_with_pending(text: str, session: Session, pending: str) -> str:
    """Return the words of a choice with the numbers that wait for it, unless they have another number than a year."""
    named, waiting = _numbers_in(text), _numbers_in(pending)
    is_choice = session.rows and waiting and not session.language.awaiting_first
    return " ".join((text, *waiting)) if is_choice and all(map(_YEAR.fullmatch, named)) else text


def _numbers_in(text: str) -> list[str]:
    return [word.typed for word in split_words(text) if word.has_digit]


def _wait(session: Session, rest: RemainingText) -> RemainingText:
    session.pending = rest.text
    return rest._replace(text="")
