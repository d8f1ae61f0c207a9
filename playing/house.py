"""A conversation for one call, with everything in it that a transcript can turn, and a phone to call with."""

from __future__ import annotations

from collections.abc import Mapping

from channels.africastalking.ussd_webhook import AfricasTalkingUssd
from playing.clock import Clock
from playing.faulty import Faulty
from playing.posted import Posted
from playing.remembered import Remembered
from settings import Settings
from sources import Sources
from sources.languages import Languages
from sources.timeout import Patient
from state.conversation.conversation import Conversation, Outside
from state.interfaces import Inbound, Reply, Source
from state.menu.versions import Edition, Menus
from state.store.memory import InMemory

ROOM = AfricasTalkingUssd.room
KEPT_FOR = 86_400.0  # seconds that an edition is kept for open calls, as long as in the server
CALLER = "+2290190000001"


class House:
    """A conversation over an edition and these sources, whose citizens chose French long ago.

    faults are the sources by their names. Nothing that is done here is seen in another house.
    """

    def __init__(self, edition: Edition, sources: Mapping[str, Source], settings: Settings) -> None:
        self.clock, self.preferences, self.post = Clock(), Remembered("fr"), Posted()
        self.languages = Languages(edition.offered)
        self.faults = {name: Faulty(source) for name, source in sources.items()}
        self._store, self._calls = InMemory(), 0
        patient = (Patient(source, settings.source_seconds, counts=False) for source in self.faults.values())
        asked = Sources((self.languages, *patient), self.preferences)
        outside = Outside(self._store, asked, self.preferences, self.post)
        self.conversation = Conversation(Menus(edition, KEPT_FOR, self.clock), outside, settings, self.clock)

    def line(self, number: str = CALLER) -> Line:
        return Line(self, number)

    def new_call(self) -> str:
        self._calls += 1
        return f"call-{self._calls}"

    async def close(self) -> None:
        """Forget every session; the sources stay open for other houses."""
        await self._store.close()


class Line:
    """One citizen's phone on a joined gateway."""

    def __init__(self, house: House, number: str) -> None:
        self._house, self._number = house, number
        self._call, self._text = house.new_call(), ""

    async def dial(self, inputs: str = "") -> Reply:
        self._call, self._text = self._house.new_call(), inputs
        return await self._send()

    async def type(self, typed: str) -> Reply:
        self._text = f"{self._text}*{typed}" if self._text else typed
        return await self._send()

    async def _send(self) -> Reply:
        inbound = Inbound("journey", self._number, self._call, self._text, joined=True)
        return await self._house.conversation.answer(inbound, ROOM)
