"""Personal files on trial lines: samples, real ones for who may and says why, and tries by account."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp.test_utils import TestClient

from accounts.audit import Audit
from accounts.roles import ROLES
from admin.auth import HEADER
from admin.simulator.real_data_access import MAX_REASON, PERMISSION_SECONDS, RealFiles
from admin.simulator.sandbox import derive_settings
from admin.simulator.sandbox_sources import SandboxSources
from authoring.replay.fakes import FakeClock
from catalog.entries import read_entries
from database import tables
from runtime.season import look_at_season
from server import SERVICES, build
from settings import Settings
from sources.sample_files import SampleFiles
from state.rate_limit import MAX_WRONG
from tests.support.admin_client import sign_in
from tests.support.browser import menus_copy
from tests.support.conversation import Market
from tests.support.page_text import reader
from tests.support.production import migrated
from tests.support.sandbox_client import USSD

pytestmark = pytest.mark.slow

REASON: Final = "Vérifier la plainte 12 de ce matin"
MAY: Final = {"importer", "editor"}
# What is dialled for each personal question: a real file, and a sample.
REAL: Final = {"requests": "2*RE-777*4321", "careers": "5*700700*04051971"}
SAMPLE: Final = {"requests": "2*EX-000001*0001", "careers": "5*100001*03021961"}
FACTS: Final = {
    "requests": ("Demande RE-777", "Demande EX-000001"),
    "careers": ("Dossier bien réel", "Dossier complet, pension en cours"),
}
REQUEST: Final = {
    "reference": "RE777", "service": "Casier judiciaire", "status": "ready", "updated": date(2026, 9, 1), "note": "",
    "phone_tail": "4321", "birth_date": date(1990, 3, 5), "sample": False,
}  # fmt: skip
FILE: Final = {
    "number": "700700", "birth_date": date(1971, 5, 4), "kind": "career", "step": "Dossier bien réel", "note": "",
    "updated": date(2026, 9, 1), "sample": False,
}  # fmt: skip


class Trying:
    """Somebody at the desk of a service in production, over a registry that holds a real request and a real file."""

    def __init__(self, client: TestClient[Any, Any], settings: Settings) -> None:
        self.client, self.settings, self.token, self._calls = client, settings, "", 0

    async def sign_in(self, role: str, name: str = "awa") -> None:
        self.token = await sign_in(self.client, role, name)

    async def dial(self, text: str, number: str = "+2290190000001", line: str = "service") -> str:
        self._calls += 1
        secret = derive_settings(self.settings, line).secret.get_secret_value()
        form = {"sessionId": f"s{self._calls}", "serviceCode": "*384*229#", "phoneNumber": number, "text": text}
        answer = await self.client.post(f"{USSD}{secret}", data=form, headers={HEADER: self.token})
        assert answer.status == 200
        return await answer.text()

    async def choose(self, **fields: str) -> int:
        """Ask for real files, or for samples again."""
        form = {"csrf": self.token, **fields}
        answer = await self.client.post("/bureau/essai/dossiers", data=form, allow_redirects=False)
        return answer.status

    async def page(self) -> str:
        return unescape(await (await self.client.get("/bureau/")).text())

    async def entries(self) -> list[tuple[str, str, str]]:
        found = await Audit(self.client.app[SERVICES].database).last(50)
        return [
            (one.operator, one.action, one.details.get("reason", ""))
            for one in found
            if one.action.endswith("trial real files")
        ]


@asynccontextmanager
async def production(valkey_url: str, folder: Path, clock: FakeClock | None = None) -> AsyncIterator[Trying]:
    folders = {"data": folder / "data", "menus": menus_copy(folder)}
    secrets = {"env": "production", "secret": "s" * 22, "second_factor_roles": ""}
    settings = await migrated(Settings.model_validate({"redis_url": valkey_url, **folders, **secrets}))
    built: dict[str, Any] = {"clock": clock} if clock else {}
    async with reader(build(settings, **built)) as client:
        async with client.app[SERVICES].database.exclusive_transaction() as writer:
            await writer.add(tables.requests, [REQUEST])
            await writer.add(tables.careers, [FILE])
        services = client.app[SERVICES]
        await look_at_season(services.sources, services.conversation.menus)
        yield Trying(client, settings)


@pytest.mark.parametrize("role", ROLES)
async def test_real_files_need_a_role_and_a_reason(valkey_url: str, tmp_path: Path, role: str) -> None:
    async with production(valkey_url, tmp_path) as trying:
        await trying.sign_in(role)
        assert "Exemples seulement" in await trying.page()
        for question, (real, sample) in FACTS.items():
            assert real not in await trying.dial(REAL[question])
            assert sample in await trying.dial(SAMPLE[question])
        assert await trying.choose(raison=REASON) == (303 if role in MAY else 403)
        assert ("Vrais dossiers" in await trying.page()) == (role in MAY)
        for question, (real, sample) in FACTS.items():
            assert (real in await trying.dial(REAL[question])) == (role in MAY)
            assert (sample in await trying.dial(SAMPLE[question])) == (role not in MAY)
        assert await trying.entries() == ([("awa", "trial real files", REASON)] if role in MAY else [])
        if role in MAY:
            assert await trying.choose() == 303
            assert "Exemples seulement" in await trying.page()
            assert FACTS["requests"][0] not in await trying.dial(REAL["requests"])


@pytest.mark.parametrize("reason", ["", " " * 20, "x" * 9, "x" * (MAX_REASON + 1), "a\x00" * 20])
async def test_missing_reason_is_refused_and_audited(valkey_url: str, tmp_path: Path, reason: str) -> None:
    async with production(valkey_url, tmp_path) as trying:
        await trying.sign_in("editor")
        assert await trying.choose(raison=reason) == 422
        assert FACTS["requests"][0] not in await trying.dial(REAL["requests"])
        assert await trying.entries() == [("awa", "refused: trial real files", "")]


async def test_permission_expires_and_belongs_to_one_account(
    valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with production(valkey_url, tmp_path) as trying:
        await trying.sign_in("editor")
        await trying.choose(raison=REASON)
        assert FACTS["requests"][0] in await trying.dial(REAL["requests"])
        await trying.sign_in("importer", "ida")
        assert "Exemples seulement" in await trying.page()
        assert FACTS["requests"][0] not in await trying.dial(REAL["requests"])
        await trying.choose(raison=REASON)
        assert FACTS["requests"][0] in await trying.dial(REAL["requests"])
        later = time.time() + PERMISSION_SECONDS
        monkeypatch.setattr(RealFiles, "_now", lambda _: later)
        assert FACTS["requests"][0] not in await trying.dial(REAL["requests"])


@pytest.mark.parametrize("is_real", [False, True])
async def test_wrong_proofs_are_limited_per_account(valkey_url: str, tmp_path: Path, is_real: bool) -> None:
    async with production(valkey_url, tmp_path) as trying:
        await trying.sign_in("editor")
        if is_real:
            await trying.choose(raison=REASON)
        reference, right = ("RE-777", "4321") if is_real else ("EX-000001", "0001")
        for proof in range(3 * MAX_WRONG):
            number = f"+22901900{proof:05}"
            screen = await trying.dial(f"2*{reference}*{5000 + proof}", number)
            assert ("Aucune demande ne correspond" in screen) == (proof < MAX_WRONG)
            assert ("Trop de mauvaises réponses" in screen) == (proof >= MAX_WRONG)
        assert "Trop de mauvaises réponses" in await trying.dial(f"2*{reference}*{right}", "+2290190000099")
        form = {"sessionId": "c1", "serviceCode": "*384*229#", "phoneNumber": "+2290190000001"}
        real = {**form, "text": "2*RE-777*4321"}
        answer = await trying.client.post(f"/ussd/africastalking/{'s' * 22}", data=real)
        assert FACTS["requests"][0] in await answer.text(), "no citizen is held back by what operators try"
        await trying.sign_in("viewer", "vera")
        assert "Demande EX-000001" in await trying.dial(SAMPLE["requests"])


async def test_personal_question_without_sample_is_unavailable() -> None:
    entries = read_entries(Path("menus"))
    sources = SandboxSources(Market(), SampleFiles(lambda: entries))
    assert (await sources.ask("secret.word", {"code": "sésame"})).trigger == "unavailable"
    assert (await sources.ask("fruits.price", {"many": "1"})).trigger == "found"


async def test_demonstration_shows_samples_only(valkey_url: str, tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {"redis_url": valkey_url, "data": tmp_path / "data", "menus": menus_copy(tmp_path)}
    )
    async with reader(build(settings)) as client:
        page = unescape(await (await client.get("/bureau/")).text())
        found = re.search(r'data-csrf="([^"]+)"', page)
        assert found
        assert "Exemples seulement" in page
        assert 'name="raison"' not in page
        form = {"csrf": found[1], "raison": REASON}
        assert (await client.post("/bureau/essai/dossiers", data=form)).status == 403
