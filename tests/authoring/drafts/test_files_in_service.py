"""What a demonstration's draft starts from: the folder, or the publication that came after it."""

from __future__ import annotations

import pytest

from authoring.drafts.files_in_service import LatestFiles
from authoring.drafts.repository import MenuDrafts
from authoring.drafts.working_copy import content_digest
from authoring.versions.folders import Folders
from tests.support.menu_versions import Bench

pytestmark = pytest.mark.slow


@pytest.fixture
async def replaced(bench: Bench) -> list[int]:
    """The numbers of the publications over which the folder came into service, the newest last."""
    return [(await bench.versions.ensure_first_publication(bench.folder)).number]


@pytest.fixture
def demo(bench: Bench, replaced: list[int]) -> MenuDrafts:
    folders = Folders(bench.folder, bench.settings.locales)
    files = LatestFiles(folders, bench.versions.repository, lambda: replaced[-1])
    return MenuDrafts(bench.database, files, bench.clock)


async def test_demonstration_starts_from_its_folder(bench: Bench, demo: MenuDrafts) -> None:
    bench.change("home.yaml", "Bienvenue", "Bonsoir")
    working_copy = await demo.working_copy()
    assert ("Bonsoir" in working_copy.text("home.yaml"), working_copy.changed) == (True, {})


async def test_demonstration_starts_from_a_publication_until_a_file_is_saved(
    bench: Bench, demo: MenuDrafts, replaced: list[int]
) -> None:
    content = (await demo.working_copy()).files["home.yaml"]
    made = content.replace(b"Bienvenue", b"Bonjour")
    await demo.save("awa", "home.yaml", made, seen=content_digest(content))
    assert [*(await demo.working_copy()).changed] == ["home.yaml"]
    bench.clock.now += 1
    staged = await bench.versions.stage_draft("awa", await demo.working_copy())
    published = await bench.versions.publish("awa", staged.version)
    assert (await demo.working_copy()).changed == {}
    replaced.append(published.number)
    assert [*(await demo.working_copy()).changed] == ["home.yaml"]
