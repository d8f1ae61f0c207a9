"""A centre that opened is known as soon as its file is saved or published, in every process."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from runtime.services import Services, open_services
from settings import Settings
from tests.support.database import MENUS, Registry
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.slow

OPENED = """# yaml-language-server: $schema=schema.json
name: Centre communal de services publics de Cotonou
commune: Cotonou
opened: {value: 2026-11-01, source: exemple, as_of: 2026-11-01}
hours: {value: 8 h à 17 h, source: exemple, as_of: 2026-11-01}
"""


@asynccontextmanager
async def process(registry: Registry, folder: Path, url: str, **settings: Any) -> AsyncIterator[Services]:
    """One process over these menus and this registry, with the sources that it really has."""
    given = {
        "menus": folder,
        "redis_url": url,
        "data": registry.settings.data,
        "locales": MENUS.parent / "locales",
        "database_url": registry.settings.database_url,
    }
    async with open_services(Settings.model_validate(given | settings)) as services:
        yield services


async def hours_in_cotonou(services: Services) -> str:
    answer = await services.sources.ask("centres.nearest", {"commune": "cotonou"})
    return answer.facts["hours"] if answer.trigger == "found" else ""


async def until_known(services: Services, hours: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while await hours_in_cotonou(services) != hours:  # noqa: ASYNC110 - another task takes the files up
            await asyncio.sleep(0.01)


async def test_saved_centre_is_known_in_a_demonstration(registry: Registry, tmp_path: Path, valkey_url: str) -> None:
    folder = Path(shutil.copytree(MENUS, tmp_path / "menus"))
    async with process(registry, folder, valkey_url) as services:
        assert await hours_in_cotonou(services) == ""
        path = folder / "centres" / "cotonou.yaml"
        path.write_text(OPENED, encoding="utf-8")
        await until_known(services, "8 h à 17 h")
        path.write_text(OPENED.replace("17 h", "18 h"), encoding="utf-8")
        await until_known(services, "8 h à 18 h")
        path.unlink()
        await until_known(services, "")


async def test_published_centre_is_known_in_every_process(registry: Registry, tmp_path: Path, valkey_url: str) -> None:
    folder = Path(shutil.copytree(MENUS, tmp_path / "menus"))
    ours = {"env": "production", "secret": "s" * 22}
    async with (
        process(registry, folder, valkey_url, **ours) as one,
        process(registry, folder, valkey_url, **ours) as two,
    ):
        (folder / "centres" / "cotonou.yaml").write_text(OPENED, encoding="utf-8")
        staged = await one.versions.stage("awa", folder)
        assert await hours_in_cotonou(two) == ""
        await one.versions.publish("awa", staged.version)
        for services in (one, two):
            await until_known(services, "8 h à 17 h")
        await two.versions.rollback("awa")
        for services in (one, two):
            await until_known(services, "")
