"""Opens one call on a phone for a trial of a gateway whose file has `push`, and waits for the answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from channels.smpp.pushes import PLACE_SECONDS
from channels.smpp.sender import Submitter
from channels.smpp.smpp_files import FoundGateway
from channels.smpp.ussd_dialect import UssdDialect, dialect_of
from smpp.constants import status_name
from smpp.errors import SmppError
from smpp.messages import ShortMessage
from state.errors import BadRequest, Unauthenticated
from state.interfaces import Inbound, Reply

SCREEN: Final = "Essai de Zin. Pour finir, répondez 1"
END: Final = "L'essai est fini. Merci."


@dataclass(slots=True)
class TrialCall:
    """One call on the phone of number, which has a plus."""

    gateway: FoundGateway
    dialect: UssdDialect
    number: str = field(repr=False)
    _answers: asyncio.Queue[ShortMessage] = field(default_factory=asyncio.Queue)

    def take(self, message: ShortMessage) -> bool:
        """Take a delivery of a call if it is the answer of our phone; returns False for any other."""
        try:
            read = self.dialect.read(message)
        except (BadRequest, Unauthenticated):
            return False
        is_ours = isinstance(read, Inbound) and not read.begins and read.citizen == self.number
        if is_ours and self._answers.empty():
            self._answers.put_nowait(message)
        return is_ours

    async def open(self, bind: Submitter) -> str:
        """Open the call. Returns why the centre refused, "" if it did not."""
        try:
            answer = await bind.submit(self.dialect.open(self.number, SCREEN, self.gateway.file), PLACE_SECONDS)
        except SmppError as error:
            return str(error)
        return status_name(answer.status) if answer.status else ""

    async def end(self, bind: Submitter, seconds: float) -> bool:
        """Wait for the answer and end the call. Returns False if there was none."""
        try:
            async with asyncio.timeout(seconds):
                answer = await self._answers.get()
        except TimeoutError:
            return False
        await bind.submit(self.dialect.write(answer, Reply(END, ends_session=True)), PLACE_SECONDS, is_urgent=True)
        return True


def trial_call(gateway: FoundGateway, number: str) -> TrialCall | None:
    """Return the call of a trial; None if the gateway's file has no `push`. Raises BadRequest for no number."""
    dialect, ussd = dialect_of(gateway), gateway.file.ussd
    return TrialCall(gateway, dialect, dialect.caller(number).citizen) if dialect and ussd and ussd.push else None
