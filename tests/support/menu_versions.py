"""Versions of the small menu over a database: a folder to change, publications and audited actions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from accounts.audit import Audit
from accounts.refusals import MARK
from authoring.diff.report import Differences, find_differences
from authoring.replay.fakes import FakeClock
from authoring.versions.publishing import MenuPublishing
from runtime.active_menus import open_menu_publishing
from tests.support.conversation import FRENCH_ONLY, Market
from tests.support.database import Registry
from tests.support.menu_copies import menus_in


class Bench:
    """One operator's folder of menus, and the versions in a database; a test moves the clock."""

    def __init__(self, registry: Registry, folder: Path, locales: Path = FRENCH_ONLY) -> None:
        self.folder, self.clock, self.database = menus_in(folder), FakeClock(), registry.database
        self.settings = registry.settings.model_copy(update={"menus": self.folder, "locales": locales})
        self.versions = self.other()

    def other(self) -> MenuPublishing:
        """The same versions as another process has them."""
        return open_menu_publishing(self.settings, self.database, Market.questions, self.clock)

    def change(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    async def stage(self, by: str = "awa") -> str:
        self.clock.now += 1
        return (await self.versions.stage(by, self.folder)).version

    async def publish(self, by: str = "awa", **how: Any) -> str:
        """Stage the folder as it stands, and publish it."""
        version = await self.stage(by)
        await self.versions.publish(by, version, **how)
        return version

    async def differences(self, before: str, after: str) -> dict[str, list[str]]:
        """What differs: lines by section, and the texts that go with them."""
        compiled = self.versions.compiled
        return lines(find_differences(await compiled.get(before), await compiled.get(after)))


def lines(found: Differences) -> dict[str, list[str]]:
    """The lines of each section, with their texts."""
    return {
        section.title: [" | ".join(filter(None, (line.what, line.before, line.after))) for line in section.lines]
        for section in found.sections
    }


@pytest.fixture
async def bench(registry: Registry, tmp_path: Path) -> AsyncIterator[Bench]:
    made = Bench(registry, tmp_path / "bench")
    yield made
    await made.versions.compiled.close()


async def history(bench: Bench) -> list[tuple[int, str, str]]:
    return [(one.number, one.version, one.by) for one in await bench.versions.repository.history()]


async def audited_actions(bench: Bench) -> list[tuple[str, str, str]]:
    audit = Audit(bench.database)
    assert (await audit.verify()).fault is None
    return [(entry.operator, entry.action, entry.subject) for entry in await audit.last(50) if MARK not in entry.action]
