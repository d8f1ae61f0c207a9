"""Several files that are saved in the draft at once, as somebody sends them."""

from __future__ import annotations

import pytest

from authoring.drafts.repository import Change, DraftChanged
from tests.authoring.drafts.test_menu_drafts import Desk
from tests.support.menu_versions import Bench, audited_actions

pytestmark = pytest.mark.slow


async def test_of_several_files_all_or_none_are_saved(bench: Bench) -> None:
    await bench.versions.ensure_first_publication(bench.folder)
    desk = Desk(bench)
    seen = await desk.seen("home.yaml")
    both = {"home.yaml": Change(b"title: Neuf\n", seen), "new.yaml": Change(b"title: Neuf\n", "0")}
    with pytest.raises(DraftChanged, match=r"new\.yaml"):
        await desk.drafts.save_all("awa", both)
    assert (await desk.drafts.working_copy()).changed == {}
    await desk.drafts.save_all("awa", {**both, "new.yaml": Change(b"title: Neuf\n", "")}, what="x.zip")
    assert list((await desk.drafts.working_copy()).changed) == ["home.yaml", "new.yaml"]
    assert [entry[1:] for entry in (await audited_actions(desk.bench))[-2:]] == [
        ("draft save", "home.yaml"), ("draft save", "new.yaml")]  # fmt: skip
