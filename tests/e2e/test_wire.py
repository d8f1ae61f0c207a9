"""On the wire: in every offered language a call goes from the choice of the language to an exam result, and fits.

The whole server, our menus and sample data, over HTTP as a gateway calls it. What is measured is the body that it
gets, "CON " included: 182 septets, or 80 UCS-2 units where the table of languages keeps a language's letters.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from channels.contracts.phone_numbers import normalize_number
from server import SERVICES, build
from settings import Settings
from state.text.encoding import in_gsm, septets, utf16_units

pytestmark = pytest.mark.slow

USSD = "/ussd/africastalking/demo"
AFTER_CHOICE = ("3", "1", "12345", "1", "1", "2", "00", "7", "1", "0", "0", "2", "EX-000001", "1", "0001", "1")


def locales(folder: Path, ussd: str) -> Path:
    """Our locales, with every language but French written so."""
    copy = Path(shutil.copytree("locales", folder / "locales"))
    table = copy / "languages.yaml"
    written = table.read_text(encoding="utf-8")
    table.write_text(written.replace("  fallback: fr\n", f"  fallback: fr\n  ussd: {ussd}\n"), encoding="utf-8")
    return copy


async def called(client: TestClient[Any, Any], phone: str, choice: int) -> list[str]:
    """Every body of one call that chooses this language first."""
    bodies, text = [], ""
    for typed in (None, str(choice), *AFTER_CHOICE):
        if typed is not None:
            text = f"{text}*{typed}" if text else typed
        form = {"sessionId": f"call-{choice}", "serviceCode": "*384*229#", "phoneNumber": phone, "text": text}
        answer = await client.post(USSD, data=form)
        assert answer.status == 200
        bodies.append(await answer.text())
    return bodies


@pytest.mark.parametrize("ussd", ["gsm", "ucs2"])
async def test_a_call_in_each_offered_language_ends_in_a_result_and_every_reply_fits(
    ussd: str, valkey_url: str, tmp_path: Path
) -> None:
    settings = Settings(redis_url=valkey_url, data=tmp_path, locales=locales(tmp_path, ussd))
    async with TestClient(TestServer(build(settings))) as client:
        offered = list(client.app[SERVICES].conversation.menus.current.offered)
        assert offered == ["fr", "fon", "yo", "bba"]
        seen = {}
        for choice, code in enumerate(offered, 1):
            seen[code] = bodies = await called(client, normalize_number(f"01900000{choice:02}"), choice)
            assert all(body.startswith("CON ") for body in bodies)
            wide = code != "fr" and ussd == "ucs2"
            assert all(fits(body, wide=wide) for body in bodies), code
            assert any("12345" in body for body in bodies)
        assert len({bodies[1] for bodies in seen.values()}) == len(offered)  # each its own first screen
        assert any(not in_gsm(body) for body in seen["fon"]) == (ussd == "ucs2")


def fits(body: str, *, wide: bool) -> bool:
    return septets(body) <= 182 if in_gsm(body) else wide and utf16_units(body) <= 80
