"""Files that operators import answer citizens in production, whose fresh folder knew nothing, and news reach them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import SecretStr

from registers.import_process import ImportRequest, import_file
from registers.imports import Order
from tests.support.city import City, Sms, Ussd, city
from tests.support.conversation import FRENCH_ONLY
from tests.support.patience import PATIENCE
from tests.support.register_files import CAREER, CAREER_HEADINGS, HEADINGS, IDA, request
from tests.support.result_files import as_csv

pytestmark = pytest.mark.slow

SECRETS = dict.fromkeys(("secret", "whatsapp_app_secret", "telegram_secret"), SecretStr("s" * 22))
PRODUCTION = {"env": "production", "locales": FRENCH_ONLY, **SECRETS}
REFERENCE, PROOF = "CJ-000123", "0001"


async def bring(zin: City, folder: Path, name: str, *rows: Sequence[str]) -> None:
    file = folder / f"{name}.csv"
    file.write_bytes(as_csv(rows))
    wanted = ImportRequest(file, name, order=Order(is_update=True))
    found = await asyncio.to_thread(import_file, zin.settings, wanted, IDA)
    assert found.done == "stored", list(found.report.lines())


async def until_said(caller: Ussd, text: str, said: str) -> None:
    """Call again until this is read: a journey opens in a moment after its first row."""
    async with asyncio.timeout(PATIENCE):
        while said not in await caller.dial(text):  # noqa: ASYNC110 - the change is in another task
            await asyncio.sleep(0.1)


async def test_imported_rows_answer_calls_and_messages(valkey_url: str, tmp_path: Path) -> None:
    async with city(valkey_url, tmp_path / "data", **PRODUCTION) as zin:
        caller, writer = Ussd(zin), Sms(zin)
        assert "En vérification" not in await caller.dial(f"2*{REFERENCE}*{PROOF}")
        await bring(zin, tmp_path, "requests", HEADINGS, request(REFERENCE))
        await bring(zin, tmp_path, "careers", CAREER_HEADINGS, CAREER)
        await until_said(caller, f"2*{REFERENCE}*{PROOF}", "En vérification")
        await until_said(caller, "5*100234*03021961", "Pension en cours de calcul")
        assert "En vérification" in [await writer.say(typed) for typed in ("suivi", REFERENCE, PROOF)][-1]


async def test_changed_row_reaches_who_asked_for_news(valkey_url: str, tmp_path: Path) -> None:
    async with city(valkey_url, tmp_path / "data", **PRODUCTION) as zin:
        await bring(zin, tmp_path, "requests", HEADINGS, request(REFERENCE))
        writer = Sms(zin)
        await until_said(Ussd(zin), f"2*{REFERENCE}*{PROOF}", "En vérification")
        said = [await writer.say(typed) for typed in ("suivi", REFERENCE, PROOF, "1")][-1]
        assert "Nous vous écrirons" in said
        before = len(zin.sms.forms)
        await bring(zin, tmp_path, "requests", HEADINGS, request(REFERENCE, status="Prêt"))
        (news,) = await zin.came(lambda: zin.sms.forms[before:])
        assert "Prete" in str(news["message"])  # an SMS has no accent here
