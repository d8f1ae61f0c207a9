"""The calls of the benchmarks, played over our menus and sample data: each ends with the screen that it expects."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.calls import JOURNEYS, LANGUAGE, RESULTS, SCREENS, SHORT, Call, as_first_calls
from state.preferences import Preference
from tests.support.sandbox import our_house

RETURNING = (*SHORT, *SCREENS, *JOURNEYS, *RESULTS)
FIRST_TIME = (*LANGUAGE, *as_first_calls(SCREENS), *as_first_calls(RESULTS))


def inputs(call: Call) -> str:
    return "*".join(call.inputs)


async def last_screen(folder: Path, call: Call, language: str) -> str:
    async with our_house(folder) as house:
        house.preferences.default = Preference(language)
        phone = house.phone("+2290190000001")
        reply = await phone.dial("")
        for typed in call.inputs:
            assert not reply.ends_session
            reply = await phone.type(typed)
        return reply.text


@pytest.mark.parametrize("call", RETURNING, ids=inputs)
async def test_call_of_a_known_citizen_ends_as_expected(tmp_path: Path, call: Call) -> None:
    assert call.ends in await last_screen(tmp_path, call, "fr")


@pytest.mark.parametrize("call", FIRST_TIME, ids=inputs)
async def test_first_call_ends_as_expected(tmp_path: Path, call: Call) -> None:
    assert call.ends in await last_screen(tmp_path, call, "")
