"""A session's screen as the citizen's phone will show it: filled in, written on its paper, cut, the right page."""

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
from state.text.page_format import paper
from state.text.pagination import Footer, paginate
from state.text.template import Template

Shown = tuple[str, tuple[str, ...], Footer]
NO_KEYS = Footer("", "")
EXAMPLE: Final = "EXEMPLE"  # the same in every language, and in every alphabet that travels


def render(menu: Menu, session: Session, room: ScreenSize, notice: str = "") -> None:
    """Set what the session's citizen sees now; notice stands above it."""
    letters = paper(menu.wording.language, room)
    if session.resume_prompted:
        session.text, session.closed = paginate(*offer(menu, notice), NO_KEYS, letters)[0], False
        return
    screen = menu.screens[session.screen]
    say, options, footer = _suggestions(menu, session) if session.suggested else _screen(menu, session, room)
    if notice:
        say = f"{notice}\n{say}"
    aside = menu.phrases.other_languages if session.show_language_hint else ""
    cutter = (
        paginate.__wrapped__ if screen.private else paginate
    )  # what is private must not outlive the call in its cache
    pages = pages_in(room, (say, options, footer), aside, partial(cutter, paper=letters))
    session.pages = len(pages)
    session.page = min(session.page, session.pages - 1)
    session.text = pages[session.page]
    session.closed = screen.ends and not session.suggested and session.page == session.pages - 1
    if room.kind == "chat":
        session.card = card(session.text, options, session.mark)


def pages_in(room: ScreenSize, shown: Shown, aside: str, cutter: Cut) -> tuple[str, ...]:
    """The pages of what is shown in this room; aside is said beneath what the screen says, where there is room."""
    say, options, footer = shown
    if room.kind == "sms":
        return cheapest_sms_pages(say, aside, options, footer, cutter)
    said = f"{say}\n{aside}" if aside else say
    if room.rows:
        return paginate_by_rows(said, options, footer, room.rows, cutter)
    return cutter(said, options, footer)


def _screen(menu: Menu, session: Session, room: ScreenSize) -> Shown:
    screen, told_of = menu.screens[session.screen], value_resolver(menu, session)
    said = marked(screen, session, room.kind, screen.says[room.kind].fill(told_of))
    return said, _lines(screen, session, told_of), screen.footer


def marked(screen: Screen, session: Session, kind: ChannelKind, said: str) -> str:
    """What a screen says, under the word EXEMPLE where it tells of a made-up row.

    No menu and no translation can leave the word out, and no real row brings it: it comes with the facts.
    """
    if SAMPLE not in session.facts:
        return said
    texts = (screen.says[kind], *(option.label for option in screen.options if screen.lines is None and option.label))
    named = {name for text in texts for name in (text.names if isinstance(text, Template) else session.facts)}
    tells = session.facts[SAMPLE] == screen.name or not named.isdisjoint(session.facts)
    return f"{EXAMPLE}\n{said}" if tells else said


def _suggestions(menu: Menu, session: Session) -> Shown:
    phrases = menu.phrases
    footer = Footer(f"98 {phrases.more}", f"0 {phrases.back}\n00 {phrases.home}")
    options = tuple(f"{number} {name}" for number, (_, name) in enumerate(session.suggested, 1))
    return phrases.suggest, options, footer


def offer(menu: Menu, notice: str = "") -> tuple[str, tuple[str, ...]]:
    """What is asked of who calls back after a cut call, and the two answers; notice stands in place of the question."""
    phrases = menu.phrases
    return notice or phrases.cut, (f"1 {phrases.carry_on}", f"2 {phrases.start_again}")


def input_error_notice(menu: Menu, session: Session, typed: str) -> str:
    """What stands above a screen on which this input means nothing."""
    asked = menu.screens[session.screen].asked
    if not typed:
        return menu.phrases.empty
    return asked.hint.fill(value_resolver(menu, session)) if asked else menu.phrases.misheard


def close(menu: Menu, session: Session, say: str, room: ScreenSize) -> None:
    """End the call with these words."""
    session.text, session.closed, session.pages, session.card = final_page(menu, say, room), True, 1, None


def refuse(menu: Menu, session: Session, refused: TooManyGuesses, room: ScreenSize) -> None:
    """Say to who guesses when to come back; the call goes on where it stands.

    The keys, which work in any case, are shown where all of it fits on one page.
    """
    say = refusal(menu, refused.limit, menu.wording.hour(refused.until, refused.now))
    session.resume_prompted, session.suggested, footer = False, [], menu.screens[session.screen].footer
    if not footer.keys:
        render(menu, session, room, say)
        return
    cutter = partial(paginate, paper=paper(menu.wording.language, room))
    ways = (pages_in(room, (say, (), keys), "", cutter) for keys in (footer, NO_KEYS))
    session.text, session.closed = min(ways, key=len)[0], False
    session.page, session.pages = 0, 1
    if room.kind == "chat":
        session.card = card(session.text, (), session.mark)


def refusal(menu: Menu, limit: Limit, until: str) -> str:
    """What is said to who reached this limit."""
    said: str = getattr(menu.phrases, limit)
    return Template.of(said).fill({"time": until}.__getitem__)


def final_page(menu: Menu, say: str, room: ScreenSize) -> str:
    """Words that end a call, on one page."""
    return paginate(say, (), NO_KEYS, paper(menu.wording.language, room))[0]


def _lines(screen: Screen, session: Session, told_of: Callable[[str], str]) -> tuple[str, ...]:
    if screen.rows:
        return tuple([f"{number} {label}" for number, (_, label) in enumerate(session.rows, 1)])
    return numbered_options(screen.options, told_of) if screen.lines is None else screen.lines


def value_resolver(menu: Menu, session: Session) -> Callable[[str], str]:
    """What stands for each name on the screens of this session."""

    def tell(name: str) -> str:
        if name in session.shown:
            return session.shown[name]
        if name == COUNT and session.rows:
            return str(len(session.rows))
        value = session.facts.get(name, "")
        fact = menu.facts.get(name) if value else None
        return menu.wording.format_fact(value, fact.kind, fact.sense) if fact else value

    return tell
