"""The list of languages on the small menu, and a citizen who has chosen from it."""

from __future__ import annotations

from tests.support.conversation import Phone, Town

CHOICE = "Langue ?\n1 Francais\n2 Oke\n3 Dur\n4 Ska"


async def chosen(town: Town, number: str) -> Phone:
    """A phone whose citizen chose this language some time ago."""
    phone = town.phone()
    await phone.dial()
    await phone.type(number)
    town.clock.now += 700
    return phone
