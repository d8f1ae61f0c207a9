"""The made-up citizens whose calls the pictures of the guides show."""

from __future__ import annotations

from typing import Final

from aiohttp import ClientSession

from tests.support.browser import LiveDesk

CALLS: Final = ("3*1*12345", "3*1*12346", "passeport", "casier", "4*lokossa", "7*1", "9*1", "6*2*3*1")
WORDS: Final = ("BAC 12345", "PASSEPORT", "CENTRE Parakou", "n'importe quoi")


async def call(desk: LiveDesk) -> None:
    """Citizens call and write, as gateways tell it."""
    async with ClientSession() as gateway:
        for place, dialled in enumerate(CALLS * 6):
            form = {"sessionId": f"call-{place}", "phoneNumber": f"+22901900000{place:02}", "text": dialled}
            await gateway.post(desk.url("/ussd/africastalking/demo"), data=form | {"serviceCode": "*384*229#"})
        for place, words in enumerate(WORDS):
            form = {"from": f"+22901900001{place:02}", "text": words, "id": f"sms-{place}", "to": "5000"}
            await gateway.post(desk.url("/sms/africastalking/demo"), data=form)
