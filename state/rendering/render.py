"""Renders a session's screen for the citizen's phone: fills it in, encodes it, cuts it, selects the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from state.interfaces import ChannelKind, ScreenSize
from state.menu.model import Menu, Screen, numbered_options
from state.menu.schema import COUNT
from state.rate_limit import Limit, TooManyGuesses
from state.rendering.channel_layouts import Cut, card, cheapest_sms_pages, paginate_by_rows
from state.session import SAMPLE, Session
from state.text.birth_year import fault_of
from state.text.page_format import paper
from state.text.pagination import Footer, paginate, without_keys
from state.text.template import Template

Shown = tuple[str, tuple[str, ...], Footer]
NO_KEYS = Footer("", "")
EXAMPLE: Final = "EXEMPLE"  # the same in every language and encoding


def render(menu: Menu, session: Session, room: ScreenSize, notice: str = "") -> None:
    """Set the text that the citizen sees now; notice stands above it."""
    letters = paper(menu.wording.language, room)
    if session.resume_prompted:
        session.text, session.closed = paginate(*offer(menu, notice), NO_KEYS, letters)[0], False
        return
    # A question stands in place of the session's screen.
    asked = menu.screens.get(session.survey[0]) if session.survey else None
    screen = asked or menu.shown(session.screen, session.facts)
    suggested = session.chat.suggested
    say, options, footer = _suggestions(menu, session) if suggested else _screen(menu, screen, session, room)
    if session.language.awaiting_first and not suggested:
        footer = without_keys(footer)  # there is nothing to go back to
    aside = menu.phrases.other_languages if session.language.show_hint and not session.survey else ""
    cutter = paginate.__wrapped__ if screen.private else paginate  # the cache must not store private texts
    cut = partial(cutter, paper=letters)
    pages = pages_in(room, (f"{notice}\n{say}" if notice else say, options, footer), aside, cut)
    if screen.name == menu.first and len(pages) > 1 and not suggested:
        shorter = pages_in(room, (notice, options, footer), aside, cut)  # the text is a title, which may give way
        pages = min(pages, shorter, key=len)
    session.pages = len(pages)
    session.page = min(session.page, session.pages - 1)
    session.text = pages[session.page]
    session.closed = screen.ends and not suggested and session.page == session.pages - 1
    if room.kind == "chat":
        session.chat.card = card(session.text, options, session.chat.mark)


def pages_in(room: ScreenSize, shown: Shown, aside: str, cutter: Cut) -> tuple[str, ...]:
    """Return the pages for this screen size; aside is added below the screen's text if there is space."""
    say, options, footer = shown
    if room.kind == "sms":
        return cheapest_sms_pages(say, aside, options, footer, cutter)
    text = f"{say}\n{aside}" if aside else say
    if room.rows:
        return paginate_by_rows(text, options, footer, room.rows, cutter)
    return cutter(text, options, footer)


def _screen(menu: Menu, screen: Screen, session: Session, room: ScreenSize) -> Shown:
    value_of = value_resolver(menu, session)
    text = marked(screen, session, room.kind, screen.says[room.kind].fill(value_of))
    return text, _lines(screen, session, value_of), screen.footer


def marked(screen: Screen, session: Session, kind: ChannelKind, say: str) -> str:
    """Add the word EXEMPLE above a screen that shows a made-up row.

    Menus and translations cannot remove the word, and no real row adds it: it depends on the facts only.
    """
    if SAMPLE not in session.facts:
        return say
    texts = (screen.says[kind], *(option.label for option in screen.options if screen.lines is None and option.label))
    named = {name for text in texts for name in (text.names if isinstance(text, Template) else session.facts)}
    tells = session.facts[SAMPLE] == screen.name or not named.isdisjoint(session.facts)
    return f"{EXAMPLE}\n{say}" if tells else say


def _suggestions(menu: Menu, session: Session) -> Shown:
    phrases = menu.phrases
    footer = Footer(f"98 {phrases.more}", f"0 {phrases.back}\n00 {phrases.home}")
    options = tuple(f"{number} {name}" for number, (_, name) in enumerate(session.chat.suggested, 1))
    return phrases.suggest, options, footer


def offer(menu: Menu, notice: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the question after a cut call and its two answers; a notice replaces the question."""
    phrases = menu.phrases
    return notice or phrases.cut, (f"1 {phrases.carry_on}", f"2 {phrases.start_again}")


def input_error_notice(menu: Menu, session: Session, typed: str) -> str:
    """Return the notice for an input that means nothing on this screen."""
    free_input = menu.screens[session.screen].free_input
    if not typed:
        return menu.phrases.empty
    if not free_input:
        return menu.phrases.misheard
    if free_input.is_day and (fault := fault_of(typed, menu.typed)):
        wrong: str = getattr(menu.phrases, f"wrong_{fault}")
        return wrong
    return free_input.hint.fill(value_resolver(menu, session))


def close(menu: Menu, session: Session, say: str, room: ScreenSize) -> None:
    """End the call with this text."""
    session.text, session.closed, session.pages, session.chat.card = final_page(menu, say, room), True, 1, None


def show_line(menu: Menu, session: Session, say: str, room: ScreenSize) -> None:
    """Answer with one line; the conversation stays open where it is."""
    close(menu, session, say, room)
    session.closed, session.survey = False, ()


def refuse(menu: Menu, session: Session, refused: TooManyGuesses, room: ScreenSize) -> None:
    """Show when to try again, after too many wrong answers; the call stays open on its screen.

    The keys work in any case; they are shown if all fits on one page.
    """
    say = refusal(menu, refused.limit, menu.wording.hour(refused.until, refused.now))
    session.resume_prompted, session.chat.suggested, footer = False, [], menu.screens[session.screen].footer
    if not footer.keys:
        render(menu, session, room, say)
        return
    cutter = partial(paginate, paper=paper(menu.wording.language, room))
    ways = (pages_in(room, (say, (), keys), "", cutter) for keys in (footer, NO_KEYS))
    session.text, session.closed = min(ways, key=len)[0], False
    session.page, session.pages = 0, 1
    if room.kind == "chat":
        session.chat.card = card(session.text, (), session.chat.mark)


def refusal(menu: Menu, limit: Limit, until: str) -> str:
    """Return the text for this limit on wrong answers."""
    phrase: str = getattr(menu.phrases, limit)
    return Template.of(phrase).fill({"time": until}.__getitem__)


def final_page(menu: Menu, say: str, room: ScreenSize) -> str:
    """Return a text that ends a call, on one page."""
    return paginate(say, (), NO_KEYS, paper(menu.wording.language, room))[0]


def _lines(screen: Screen, session: Session, value_of: Callable[[str], str]) -> tuple[str, ...]:
    if screen.rows:
        rows = tuple([f"{number} {label}" for number, (_, label) in enumerate(session.rows, 1)])
        return (*rows, *numbered_options(screen.options, value_of, len(rows))) if screen.options else rows
    return numbered_options(screen.options, value_of) if screen.lines is None else screen.lines


def value_resolver(menu: Menu, session: Session) -> Callable[[str], str]:
    """Return a function that gives the value of each name for this session."""

    def value_of(name: str) -> str:
        if name in session.shown:
            return session.shown[name]
        if name == COUNT and session.rows:
            return str(len(session.rows))
        value = session.facts.get(name, "")
        fact = menu.facts.get(name) if value else None
        return menu.wording.format_fact(value, fact.kind, fact.sense) if fact else value

    return value_of
