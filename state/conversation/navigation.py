"""One step of a conversation: what was meant is done, and the session stands on the screen where that leads.

Calls (state/conversation/ussd.py) and chats (state/conversation/chat.py) understand what citizens send in their own
ways, and walk alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

from state.conversation.input import ParsedInput, parse_input
from state.conversation.language_choice import LanguageChoice, return_from_language_screen
from state.conversation.lookups import LookupRunner, begin_screen
from state.conversation.message_requests import MessageRequest, MessageRequests
from state.conversation.trace import HopTrace
from state.identity import Pseudonyms
from state.interfaces import Inbound, Recipient, ScreenSize
from state.menu.machine import fire
from state.menu.model import Menu
from state.menu.schema import CHOSEN
from state.menu.versions import ActiveMenus
from state.rate_limit import TooManyGuesses
from state.session import Session


class HopContext(NamedTuple):
    """What stays the same throughout a hop; citizen is the name on this channel that tells no phone number.

    place is that of the input in its call, where one hop brings several. walk is what is noted of it to be counted.
    """

    inbound: Inbound
    citizen: str
    room: ScreenSize
    walk: HopTrace
    names: Pseudonyms
    place: int = 0

    @property
    def asker(self) -> str:
        """The name under which tries are counted: one phone has no more of them by changing the channel."""
        return self.names.across_channels(self.inbound)


class Standing(NamedTuple):
    """What of a session goes with the screen on which it stands."""

    screen: str
    page: int
    rows: list[tuple[str, str]]
    facts: dict[str, str]


class Navigator:
    """Walks sessions through the menus."""

    def __init__(
        self, menus: ActiveMenus, asking: LookupRunner, choosing: LanguageChoice, sending: MessageRequests
    ) -> None:
        self._menus, self._asking, self._choosing, self._sending = menus, asking, choosing, sending

    async def enter_screen(self, menu: Menu, session: Session, hop: HopContext) -> None:
        """Make the screen just come to ready to be shown. Raises Refused, with the session on the first screen."""
        await self._settle(menu, session, hop, Standing(menu.first, 0, [], {}))

    async def renew(self, menu: Menu, session: Session, facts: Mapping[str, str]) -> bool:
        """Look again before facts of an earlier hop are shown once more; whether something else is shown instead."""
        if not session.basis or session.facts is not facts or not menu.screens[session.screen].private:
            return False
        return await self._asking.renew(menu, session)

    async def follow(self, menu: Menu, session: Session, heard: ParsedInput, hop: HopContext) -> str:
        """Do what was meant; gives what to say above the screen when that cannot be.

        Raises Refused, with the session where it stood.
        """
        if turn_page(session, heard):
            return ""
        if heard.sends and session.basis and await self._asking.renew(menu, session):
            return ""
        if heard.sends or heard.notifies:
            refused = await self._sending.ask(menu, session, heard, message_request(hop))
            if refused:
                return refused
        hop.walk.add_screen(session.screen)
        menu = await self._choose(menu, session, heard, hop) if CHOSEN in heard.values else menu
        before = Standing(session.screen, session.page, session.rows, session.facts)
        apply_choice(menu, session, heard)
        await self._settle(menu, session, hop, before)
        return ""

    async def _settle(self, menu: Menu, session: Session, hop: HopContext, before: Standing) -> None:
        """Ask what the screen come to asks; who is refused goes back to where they stood before."""
        if not begin_screen(menu, session):
            try:
                await self._asking.run(menu, session, hop.asker, hop.walk)
            except TooManyGuesses:
                session.screen, session.page, session.rows, session.facts = before
                raise
        if session.screen in menu.goals:
            hop.walk.mark_completed()

    async def _choose(self, menu: Menu, session: Session, heard: ParsedInput, hop: HopContext) -> Menu:
        """Take the language that this chose; gives the menu in it."""
        edition = self._menus.get(session.menu) or self._menus.current
        await self._choosing.choose(edition, session, heard.values[CHOSEN], hop.inbound)
        return edition.menu(session.language)


def message_request(hop: HopContext) -> MessageRequest:
    """Who asks for a message, and a key that is the same whenever this input is heard again."""
    inbound = hop.inbound
    told = (inbound.channel, hop.citizen, inbound.session, inbound.message, str(hop.place))
    key = blake2b("\0".join(told).encode(), digest_size=16).hexdigest()
    return MessageRequest(key, inbound.reply_to or Recipient("sms", inbound.citizen), hop.asker)


def interpret(menu: Menu, session: Session, typed: str) -> ParsedInput | None:
    """What this input means where the session stands; None when it means nothing."""
    heard = parse_input(menu.screens[session.screen], typed, session.rows)
    return None if heard is None or (heard.trigger == "more" and session.pages == 1) else heard


def turn_page(session: Session, heard: ParsedInput) -> bool:
    """Turn to another page of the same screen, if that is what was meant."""
    if heard.trigger == "more":
        session.page = (session.page + 1) % session.pages
    elif heard.trigger == "back" and session.page:
        session.page -= 1
    else:
        return False
    return True


def apply_choice(menu: Menu, session: Session, heard: ParsedInput) -> None:
    """Keep what was answered, and move where it leads."""
    session.answers |= heard.values
    session.shown |= heard.shown
    if not return_from_language_screen(menu, session, heard):
        fire(menu.machine, session, heard.trigger)
