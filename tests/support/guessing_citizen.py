"""A citizen who looks up seats and requests on one channel, and the texts that answer wrong guesses."""

from __future__ import annotations

from itertools import count

from authoring.replay.sandbox import ReplaySandbox
from state.interfaces import Inbound, Reply, ScreenSize

ROOMS = {
    "africastalking_ussd": ScreenSize("ussd", 178, 76),
    "africastalking_sms": ScreenSize("sms", 459, 201),
    "whatsapp": ScreenSize("chat", 0, 1024, rows=10),
    "telegram": ScreenSize("chat", 0, 1024, rows=7),
}
UNKNOWN_SEAT, UNKNOWN_REQUEST = "n'est pas dans la liste publiée", "Aucune demande ne correspond"
TOO_MANY_UNKNOWN, TOO_MANY_WRONG = "Trop de numéros inconnus", "Trop de mauvaises réponses depuis ce téléphone"
TRIED_BY_MANY = "Trop de mauvaises réponses ont été données pour ce numéro"


class Citizen:
    """A citizen on one channel, who calls or writes."""

    sent = count()

    def __init__(self, house: ReplaySandbox, channel: str = "africastalking_ussd", number: int = 1) -> None:
        self._talk, self.channel, self._named = house.conversation, channel, f"+22901900{number:05}"

    async def seat(self, seat: str) -> str:
        """Look up a seat of the BAC."""
        return await self.ask(f"3*1*{seat}", f"BAC {seat}")

    async def proof(self, proof: str, reference: str = "EX-000001") -> str:
        """Look up a request with the end of a phone number."""
        return await self.ask(f"2*{reference}*{proof}", f"SUIVI {reference}", proof)

    async def ask(self, dialled: str, *written: str) -> str:
        if ROOMS[self.channel].kind == "ussd":
            return await self.dial(dialled)
        for text in written:
            reply = await self.write(text)
        return reply

    async def dial(self, text: str) -> str:
        self._call = f"c{next(self.sent)}"
        return await self._send(text)

    async def _send(self, text: str) -> str:
        self._text = text
        inbound = Inbound(self.channel, self._named, self._call, text, inputs_are_cumulative=True)
        reply = await self._talk.handle(inbound, self._room)
        return self._read(reply)

    async def write(self, text: str) -> str:
        inbound = Inbound(
            self.channel, self._named, "", text, inputs_are_cumulative=False, message=f"m{next(self.sent)}"
        )
        reply = await self._talk.handle_message(inbound, self._room, 3600.0)
        assert reply
        return self._read(reply)

    async def request_result(self, house: ReplaySandbox, seat: str) -> None:
        """Ask for a result that cannot be had, and to be written to when it can."""
        await self.dial("3*1")
        house.faults["exams"].fault = "en panne"
        for typed in (seat, "2"):
            await self._send(f"{self._text}*{typed}")
        house.faults["exams"].fault = "rétablie"

    async def go_home(self) -> str:
        if ROOMS[self.channel].kind == "ussd":
            return await self._send(f"{self._text}*00")
        return await self.write("00")

    @property
    def _room(self) -> ScreenSize:
        return ROOMS[self.channel]

    def _read(self, reply: Reply) -> str:
        assert not reply.ends_session
        assert reply.pages == 1 or not reply.text.startswith("Trop")
        return reply.text
