"""Four administrations feed one production in four ways, as docs/alimenter.md says, and citizens read each of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr

from api.services import API_SERVICES
from registers.import_process import ImportRequest, import_file
from tests.support.city import City, Sms, Ussd, WhatsApp, city
from tests.support.conversation import FRENCH_ONLY
from tests.support.database import Registry
from tests.support.declared_api import Api
from tests.support.ministry_api import WANTED, Ministry
from tests.support.patience import PATIENCE
from tests.support.register_files import CAREER, CAREER_HEADINGS, IDA, copied_menus
from tests.support.result_files import as_xlsx

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[2] / "docs" / "alimenter.md").read_text(encoding="utf-8")
ROUTING = re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)[0]
SECRETS = dict.fromkeys(("secret", "telegram_secret"), SecretStr("s" * 22))
ANSWER = {"outcome": "found", "status": "ready", "updated": "2026-09-28"}
PUSHED = {"service": "Carte de transport", "status": "checking", "updated": "2026-09-01", "phone": "0003"}
ASKED = {
    "Acte de la justice": "CJ-000417 0001",
    "Passeport": "PP-000018 0002",
    "Carte de transport": "CT-000900 0003",
}


@asynccontextmanager
async def ministries(valkey_url: str, registry: Registry, folder: Path) -> AsyncIterator[City]:
    """A production whose requests come from two APIs and one register, by the prefix of the reference."""
    apis = {
        name: Api(web.json_response({**ANSWER, "service": service}))
        for name, service in (("justice", "Acte de la justice"), ("passeports", "Passeport"))
    }
    menus = copied_menus(folder)
    common = (menus / "sources" / "requests.yaml").read_text(encoding="utf-8")
    for name, api in apis.items():
        await api.open()
        own = common.replace("ZIN_REQUESTS_URL", api.url).replace("Demandes, par l'API commune", f"Demandes, {name}")
        (menus / "sources" / f"{name}.yaml").write_text(own, encoding="utf-8")
    (menus / "sources" / "requests.yaml").write_text(ROUTING, encoding="utf-8")
    production = {"env": "production", "locales": FRENCH_ONLY, "menus": menus, **SECRETS}
    production["database_url"] = registry.settings.database_url
    try:
        async with city(valkey_url, registry.settings.data, **production) as zin:
            yield zin
    finally:
        for api in apis.values():
            await api.close()


async def key_of(zin: City) -> Ministry:
    text = await zin.client.app[API_SERVICES].keys.add(WANTED, "console:test")
    return Ministry(zin.client, text)


async def until_said(caller: Ussd, text: str, said: str) -> None:
    """Call again until this is read: a journey opens in a moment after its first row."""
    async with asyncio.timeout(PATIENCE):
        while said not in await caller.dial(text):  # noqa: ASYNC110 - the change is in another task
            await asyncio.sleep(0.1)


async def test_each_way_in_is_read_on_three_channels(valkey_url: str, registry: Registry, tmp_path: Path) -> None:
    async with ministries(valkey_url, registry, tmp_path) as zin:
        caller, writer, chatter = Ussd(zin), Sms(zin), WhatsApp(zin)
        assert "pas encore ouvert" in await caller.dial("5*100234*03021961")
        file = tmp_path / "agents.xlsx"
        file.write_bytes(as_xlsx([CAREER_HEADINGS, CAREER]))
        found = await asyncio.to_thread(import_file, zin.settings, ImportRequest(file, "careers"), IDA)
        assert found.done == "stored", list(found.report.lines())
        await until_said(caller, "5*100234*03021961", "Pension en cours de calcul")
        assert "Pension en cours de calcul" in await writer.say("PENSION 100234 03021961")
        assert "Pension en cours de calcul" in await chatter.say("PENSION 100234 03021961")
        assert (await (await key_of(zin)).call("PUT", "/registers/requests/CT-000900", {"values": PUSHED})).status in (
            200,
            201,
        )
        for said, typed in ASKED.items():
            assert said in await caller.dial(f"2*{typed.replace(' ', '*')}"), typed
            assert said in await writer.say(f"SUIVI {typed}"), typed
            assert said in await chatter.say(f"SUIVI {typed}"), typed
        assert "Aucune demande" in await writer.say("SUIVI ZZ-000001 0001")


async def test_pushed_change_reaches_its_owner_within_seconds(
    valkey_url: str, registry: Registry, tmp_path: Path
) -> None:
    async with ministries(valkey_url, registry, tmp_path) as zin:
        ministry, writer = await key_of(zin), Sms(zin)
        await ministry.call("PUT", "/registers/requests/CT-000900", {"values": PUSHED})
        assert "Carte de transport" in await writer.say("SUIVI CT-000900 0003")
        assert "Nous vous écrirons" in await writer.say("1")
        before = len(zin.sms.forms)
        await ministry.call("PUT", "/registers/requests/CT-000900", {"values": {**PUSHED, "status": "ready"}})
        (news,) = await zin.came(lambda: zin.sms.forms[before:])
        assert "CT-000900" in str(news["message"])
