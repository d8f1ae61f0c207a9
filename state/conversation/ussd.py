"""What is heard in a call: inputs typed on a phone, one a screen, or several dialled at once behind the code."""

from __future__ import annotations

from state.conversation.input import asks_language
from state.conversation.language_choice import Choosing, leave
from state.conversation.lookups import settled
from state.conversation.navigation import Hop, Steps, understood
from state.conversation.session_lifecycle import Calls, carry_on
from state.menu.model import Menu
from state.menu.versions import Menus
from state.rate_limit import Refused
from state.rendering.render import misheard, refuse, show
from state.session import Session


class Call:
    """Hears calls, all of them alike."""

    def __init__(self, menus: Menus, calls: Calls, steps: Steps, choosing: Choosing) -> None:
        self._menus, self._calls, self._steps, self._choosing = menus, calls, steps, choosing

    async def hear(self, session: Session, inputs: list[str], hop: Hop) -> None:
        """Hear the inputs one after the other, as far as they fit, and show where that leads."""
        facts = session.facts
        if session.hop == 0:
            await self._choosing.greet(self._menus.current, session, hop.inbound, silent=not hop.inbound.text)
        menu, notice = self._calls.pinned(session)
        if session.began and session.hop == 0 and not settled(menu, session):
            await self._steps.arrive(menu, session, hop)
        if notice or not inputs or session.hop == 0:
            await self._steps.renew(menu, session, facts)
            show(menu, session, hop.room, notice)
        spoken, before = session.language, _before(session, inputs, hop)
        for place, typed in () if notice else enumerate(inputs, before):
            try:
                missed = await self._step(menu, session, typed.strip(), hop, place)
            except Refused as refused:
                refuse(menu, session, refused, hop.room)
                return
            if session.language != spoken:  # another was chosen just now
                (menu, _), spoken = self._calls.pinned(session), session.language
            if await self._steps.renew(menu, session, facts):
                missed = ""
            show(menu, session, hop.room, missed)
            if missed or session.closed:
                return

    async def _step(self, menu: Menu, session: Session, typed: str, hop: Hop, place: int) -> str:
        """Take one input, at its place in the call; gives what to say above the screen when it meant nothing there."""
        if asks_language(typed):
            if leave(menu, session):
                await self._steps.arrive(menu, session, hop)
            return ""
        if session.offered:
            return carry_on(menu, session, typed)
        heard = understood(menu, session, typed)
        if heard is None:
            hop.walk.miss(session.screen)
            return misheard(menu, session, typed)
        wishes = heard.sends or heard.notifies
        return await self._steps.walk(menu, session, heard, hop._replace(place=place) if wishes else hop)


def _before(session: Session, inputs: list[str], hop: Hop) -> int:
    """How many inputs of this call came before these: the same number when a lost session is heard again."""
    inbound = hop.inbound
    return inbound.text.count("*") + 1 - len(inputs) if inbound.joined else session.hop
