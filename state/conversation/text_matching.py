"""Matches the words of a message, screen by screen.

`BAC 12345`: the keyword answers which exam, and the next screen gets `12345`; in `BAC 2026 12345` the words first name
the exam more precisely. A list takes the words that name a row, a question the number or date that it asks for, in
whatever order they stand (state/conversation/named_rows.py, number_words.py); a question for words takes the longest
beginning of the text that fits. Of options that lead to questions, the one is followed whose question takes an answer
(`EX-000001 0001`, `CENTRE Parakou`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from state.conversation.input import ParsedInput, find_option_by_name, option_names, parse_input
from state.conversation.named_rows import NamedRows, find_rows
from state.conversation.navigation import interpret
from state.conversation.number_words import FoundNumber, find_behind, find_number
from state.conversation.remaining_text import Match, RemainingText
from state.menu.machine import destination
from state.menu.model import KEYS, FreeInput, Menu, Screen
from state.rendering.render import value_resolver
from state.session import Session
from state.text.birth_year import words_with_years
from state.text.message_words import Word, peel, split_words
from state.text.search import plain

MAX_WORDS = 8
MAX_NAMED = 4  # rows in the question which of them is meant
MAX_NAME = 160  # characters of an option's name


def match_next(menu: Menu, session: Session, rest: RemainingText) -> Match | None:
    """Match the remaining text on this screen; None if nothing fits."""
    if not rest.text and not rest.answers:
        return None
    screen = menu.shown(session.screen, session.facts)
    if not rest.is_opening and (chosen := _chosen_number(menu, session, rest.text)):
        return Match(chosen, rest._replace(text="", passed=frozenset({screen.name})))
    fillers = menu.beside.get(screen.name.partition(".")[0], menu.typed.fillers)
    rest = rest._replace(passed=rest.passed | {screen.name})
    if screen.rows:
        return _match_list(menu, session, rest, fillers)
    if bound := _bound_answer(menu, session, rest):
        return bound
    if screen.free_input:
        return _match_question(menu, session, rest, fillers)
    return _match_option(menu, session, rest, fillers)


def _chosen_number(menu: Menu, session: Session, text: str) -> ParsedInput | None:
    """Return the option or row whose number stands among words that say nothing: « le 1 svp »."""
    words = [word for word in split_words(text) if word.plain not in menu.typed.fillers]
    is_choice = len(words) == 1 and not menu.shown(session.screen, session.facts).free_input
    return interpret(menu, session, words[0].typed) if is_choice and words[0].typed not in KEYS else None


def _match_list(menu: Menu, session: Session, rest: RemainingText, fillers: Collection[str]) -> Match | None:
    """Choose the row that the answer bound to the keyword and the words name."""
    screen = menu.shown(session.screen, session.facts)
    assert screen.rows, "it is a list"
    named = rest.answers.get(screen.rows.keep, "")
    words = peel(split_words(rest.text), menu.typed.joining)
    session.rows = [(row, label) for row, label in session.rows]  # a stored session has lists
    found = find_rows(session.rows, named, words, fillers)
    if found is None:
        first, _, more = rest.text.partition(" ")
        parsed = None if named or first in KEYS else interpret(menu, session, first)
        if parsed:
            return Match(parsed, _left(rest, more))
        return _match_option(menu, session, rest, fillers) if screen.options and not named else None
    if not rest.is_opening and any(not word.has_digit for word in found.rest):
        return None  # a text of its own, and no choice
    answers = {name: value for name, value in rest.answers.items() if name != screen.rows.keep}
    left = rest._replace(answers=answers, text=" ".join(word.typed for word in found.rest))
    return _listed(menu, session, found, left)


def _listed(menu: Menu, session: Session, found: NamedRows, left: RemainingText) -> Match:
    phrases = menu.phrases
    if found.doubtful and len(found.rows) == 1:
        notice = phrases.year_or_number.replace("{named}", found.missing).replace("{number}", found.doubtful)
        left = left._replace(text="", notice=notice)
    elif found.missing:
        return Match(None, left._replace(notice=phrases.not_here.replace("{named}", found.missing)), found.rows)
    elif len(found.rows) != 1:
        *some, last = [label for _, label in found.rows]
        asked = phrases.which_of.replace("{first}", ", ".join(some)).replace("{last}", last)
        asked = asked if len(some) < MAX_NAMED else ""
        return Match(None, left._replace(notice=asked), found.rows)
    return Match(interpret(menu, session, str(session.rows.index(found.rows[0]) + 1)), left)


def _bound_answer(menu: Menu, session: Session, rest: RemainingText) -> Match | None:
    """Give the answer that the keyword implies: the option that stores it, else the answer as if it were typed."""
    screen = menu.shown(session.screen, session.facts)
    for name in answer_names(screen) & rest.answers.keys():
        value = rest.answers[name]
        options = (str(option.number) for option in screen.options if option.keep.get(name) == value)
        if parsed := interpret(menu, session, next(options, value)):
            left = {other: rest.answers[other] for other in rest.answers if other != name}
            return Match(parsed, rest._replace(answers=left))
    return None


def _match_option(menu: Menu, session: Session, rest: RemainingText, fillers: Collection[str]) -> Match | None:
    """Choose the option with this number or name, else the one whose question takes the text."""
    screen = menu.shown(session.screen, session.facts)
    names = option_names(screen, (), value_resolver(menu, session))
    for text, more in _beginnings(rest.text) if rest.is_opening else ():
        number = find_option_by_name(names, plain(text)) if len(text) <= MAX_NAME else ""
        if text not in KEYS and (parsed := interpret(menu, session, number or text)):
            return Match(parsed, _left(rest, more))
    is_led = rest.is_opening or screen.name != menu.first  # any number on the first screen may be meant for a choice
    way = _way_to_answer(menu, screen, rest, fillers) if rest.text and is_led else None
    return Match(way, rest) if way else None


def _match_question(menu: Menu, session: Session, rest: RemainingText, fillers: Collection[str]) -> Match | None:
    screen = menu.shown(session.screen, session.facts)
    asked = screen.free_input
    assert asked, "it is a question"
    if asked.form == "text" and rest.is_opening:
        for text, more in _beginnings(rest.text):
            if text not in KEYS and (parsed := interpret(menu, session, text)):
                return Match(parsed, _left(rest, more))
    after = menu.screens[destination(menu.machine, screen.name, "answer")].free_input
    if found := _find_answer(asked, after, words_with_years(rest.text, menu.typed), fillers):
        left = _left(rest, " ".join(word.typed for word in found.rest))
        return Match(interpret(menu, session, found.answer), _second_number(menu, asked, left, fillers))
    return None


def _find_answer(
    asked: FreeInput, after: FreeInput | None, words: Sequence[Word], fillers: Collection[str]
) -> FoundNumber | None:
    """Find the answer to a question; if it leaves none for the question after it, perhaps they stand in that order."""
    found = find_number(asked, words, fillers)
    if after is None or (found and find_number(after, found.rest, fillers)):
        return found
    behind = find_behind(asked, after, words, fillers)
    is_day = after.is_day and found and not found.answer.isdigit() and after.like(found.answer) is not None
    return behind or (None if is_day else found)  # « né le 03/02/1961 » alone is the other answer


def _second_number(menu: Menu, asked: FreeInput, rest: RemainingText, fillers: Collection[str]) -> RemainingText:
    """Say that numbers are answered one at a time if another one is left."""
    if asked.form != "code" or asked.is_reference:
        return rest
    other = find_number(asked, split_words(rest.text), fillers)
    return rest._replace(notice=menu.phrases.one_number.replace("{number}", other.answer)) if other else rest


def _way_to_answer(menu: Menu, screen: Screen, rest: RemainingText, fillers: Collection[str]) -> ParsedInput | None:
    """Return the option whose question takes the text; None if none does, or several, and for a screen already passed.

    A text that can be a date or another number is a date. If no option takes a number, the question before this screen
    may: a number alone after a result is the next one.
    """
    words, machine = words_with_years(rest.text, menu.typed), menu.machine
    options = {str(one.number): destination(machine, screen.name, one.trigger) for one in screen.options}
    for ways in (options, {"0": destination(machine, screen.name, "back")}):
        taking = [
            (typed, asked)
            for typed, to in ways.items()
            if to not in rest.passed
            and (asked := menu.screens[to].free_input)
            and (rest.is_opening and ways is options if asked.form == "text" else find_number(asked, words, fillers))
        ]
        days = [way for way in taking if way[1].is_day]
        if certain := taking if len(taking) == 1 else days:
            return parse_input(screen, certain[0][0], ()) if len(certain) == 1 else None
        if taking:
            break
    return None


def answer_names(screen: Screen) -> set[str]:
    """Return the names under which this screen stores answers."""
    if screen.free_input:
        return {screen.free_input.keep}
    if screen.rows:
        return {screen.rows.keep}
    return {name for option in screen.options for name in option.keep}


def _left(rest: RemainingText, text: str) -> RemainingText:
    return rest._replace(text=text)


def _beginnings(text: str) -> Iterator[tuple[str, str]]:
    parts = text.split()
    if text:
        yield text, ""
    for many in range(min(MAX_WORDS, len(parts) - 1), 0, -1):
        yield " ".join(parts[:many]), " ".join(parts[many:])
