"""One step of a conversation: what was meant is done, and the session stands on the screen where that leads.

Calls (state/conversation/ussd.py) and chats (state/conversation/chat.py) understand what citizens send in their own
ways, and walk alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

from state.conversation.input import Heard, hear
from state.conversation.language_choice import Choosing, come_back
from state.conversation.lookups import Asking, settled
from state.conversation.message_requests import Asked, Sending
from state.conversation.trace import Walk
from state.identity import Names
from state.interfaces import Inbound, Recipient, Room
from state.menu.machine import fire
from state.menu.model import Menu
from state.menu.schema import CHOSEN
from state.menu.versions import Menus
from state.rate_limit import Refused
from state.session import Session


class Hop(NamedTuple):
    """What stays the same throughout a hop; citizen is the name on this channel that tells no phone number.

    place is that of the input in its call, where one hop brings several. walk is what is noted of it to be counted.
    """

    inbound: Inbound
    citizen: str
    room: Room
    walk: Walk
    names: Names
    place: int = 0

    @property
    def asker(self) -> str:
        """The name under which tries are counted: one phone has no more of them by changing the channel."""
        return self.names.anywhere(self.inbound)


class Standing(NamedTuple):
    """What of a session goes with the screen on which it stands."""

    screen: str
    page: int
    rows: list[tuple[str, str]]
    facts: dict[str, str]


class Steps:
    """Walks sessions through the menus."""

    def __init__(self, menus: Menus, asking: Asking, choosing: Choosing, sending: Sending) -> None:
        self._menus, self._asking, self._choosing, self._sending = menus, asking, choosing, sending

    async def arrive(self, menu: Menu, session: Session, hop: Hop) -> None:
        """Make the screen just come to ready to be shown. Raises Refused, with the session on the first screen."""
        await self._settle(menu, session, hop, Standing(menu.first, 0, [], {}))

    async def renew(self, menu: Menu, session: Session, facts: Mapping[str, str]) -> bool:
        """Look again before facts of an earlier hop are shown once more; whether something else is shown instead."""
        if not session.basis or session.facts is not facts or not menu.screens[session.screen].private:
            return False
        return await self._asking.renew(menu, session)

    async def walk(self, menu: Menu, session: Session, heard: Heard, hop: Hop) -> str:
        """Do what was meant; gives what to say above the screen when that cannot be.

        Raises Refused, with the session where it stood.
        """
        if leaf(session, heard):
            return ""
        if heard.sends and session.basis and await self._asking.renew(menu, session):
            return ""
        if heard.sends or heard.notifies:
            refused = await self._sending.ask(menu, session, heard, asked_by(hop))
            if refused:
                return refused
        hop.walk.come_by(session.screen)
        menu = await self._choose(menu, session, heard, hop) if CHOSEN in heard.values else menu
        before = Standing(session.screen, session.page, session.rows, session.facts)
        go(menu, session, heard)
        await self._settle(menu, session, hop, before)
        return ""

    async def _settle(self, menu: Menu, session: Session, hop: Hop, before: Standing) -> None:
        """Ask what the screen come to asks; who is refused goes back to where they stood before."""
        if not settled(menu, session):
            try:
                await self._asking.follow(menu, session, hop.asker, hop.walk)
            except Refused:
                session.screen, session.page, session.rows, session.facts = before
                raise
        if session.screen in menu.goals:
            hop.walk.reach()

    async def _choose(self, menu: Menu, session: Session, heard: Heard, hop: Hop) -> Menu:
        """Take the language that this chose; gives the menu in it."""
        edition = self._menus.of(session.menu) or self._menus.current
        await self._choosing.choose(edition, session, heard.values[CHOSEN], hop.inbound)
        return edition.menu(session.language)


def asked_by(hop: Hop) -> Asked:
    """Who asks for a message, and a key that is the same whenever this input is heard again."""
    inbound = hop.inbound
    told = (inbound.channel, hop.citizen, inbound.session, inbound.message, str(hop.place))
    key = blake2b("\0".join(told).encode(), digest_size=16).hexdigest()
    return Asked(key, inbound.to or Recipient("sms", inbound.citizen), hop.asker)


def understood(menu: Menu, session: Session, typed: str) -> Heard | None:
    """What this input means where the session stands; None when it means nothing."""
    heard = hear(menu.screens[session.screen], typed, session.rows)
    return None if heard is None or (heard.trigger == "more" and session.pages == 1) else heard


def leaf(session: Session, heard: Heard) -> bool:
    """Turn to another page of the same screen, if that is what was meant."""
    if heard.trigger == "more":
        session.page = (session.page + 1) % session.pages
    elif heard.trigger == "back" and session.page:
        session.page -= 1
    else:
        return False
    return True


def go(menu: Menu, session: Session, heard: Heard) -> None:
    """Keep what was answered, and move where it leads."""
    session.answers |= heard.values
    session.shown |= heard.shown
    if not come_back(menu, session, heard):
        fire(menu.machine, session, heard.trigger)
