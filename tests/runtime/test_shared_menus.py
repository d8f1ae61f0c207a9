"""Menus that workers share: the compiled objects themselves, as long as no file differs from what was compiled."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from database import open_database
from runtime.shared_menus import SharedMenus, share_menus
from settings import Settings
from state.errors import InvalidMenu
from tests.support.database import MENUS


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    menus = Path(shutil.copytree(MENUS, tmp_path / "menus"))
    locales = Path(shutil.copytree(MENUS.parent / "locales", tmp_path / "locales"))
    return Settings(menus=menus, locales=locales, data=tmp_path / "data")


@pytest.fixture
def shared(settings: Settings) -> SharedMenus:
    return share_menus(settings)


async def test_worker_serves_the_shared_objects(settings: Settings, shared: SharedMenus) -> None:
    assert shared.validate(settings) is shared.menus
    sources = await shared.open_sources(settings, open_database(settings))
    entries, edition = shared.menus.entries, shared.menus.edition
    before = shared.catalogue.questions
    sources.reload(entries, edition.offered, edition.wordings)
    assert sources.questions["services.card"] is before["services.card"]
    assert (await sources.ask("services.card", {"service": "cip"})).facts is shared.catalogue._cards.find("cip").facts


@pytest.mark.parametrize("changed", ["menus/home.yaml", "menus/catalogue/cip.yaml", "locales/fon.po"])
async def test_worker_compiles_files_that_changed(settings: Settings, shared: SharedMenus, changed: str) -> None:
    with (settings.menus.parent / changed).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert shared.validate(settings) is not shared.menus
    sources = await shared.open_sources(settings, open_database(settings))
    assert sources.questions["services.card"] is not shared.catalogue.questions["services.card"]


def test_removed_or_broken_file_is_noticed(settings: Settings, shared: SharedMenus) -> None:
    (settings.menus / "home.yaml").unlink()
    with pytest.raises(InvalidMenu):
        shared.validate(settings)


def test_missing_folder_is_a_difference(settings: Settings, shared: SharedMenus) -> None:
    shutil.rmtree(settings.menus)
    with pytest.raises(InvalidMenu):
        shared.validate(settings)
