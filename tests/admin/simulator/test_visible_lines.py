"""Who tries unpublished menus on the simulator: a person of a ministry tries nothing of another."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import orjson
import pytest

from admin.auth import HEADER
from admin.context import ADMIN_CONTEXT
from authoring.drafts.working_copy import content_digest
from tests.support.admin_client import Client, sign_in
from tests.support.ministry_desk import HEALTH, House, house
from tests.support.sandbox_client import NUMBER

pytestmark = pytest.mark.slow


async def offered(client: Client, version: str = "") -> dict[str, Any]:
    """The lines that the page offers, with the secret of each."""
    page = await (await client.get(f"/bureau/?ligne={version}")).text()
    found = re.search(r"data-lines='([^']*)'", page)
    assert found
    lines: dict[str, Any] = orjson.loads(unescape(found[1]))
    return lines


async def change(found: House, path: str, old: bytes, new: bytes, by: str) -> None:
    """Save a text of a file in the draft."""
    drafts = found.client.app[ADMIN_CONTEXT].draft.drafts
    before = (await drafts.working_copy()).files[path]
    await drafts.save(by, path, before.replace(old, new), seen=content_digest(before))


async def call(client: Client, token: str, line: str, typed: str) -> str:
    """What the phone shows on a line."""
    form = {"sessionId": f"{line}{typed}", "serviceCode": "*384*229#", "phoneNumber": NUMBER, "text": typed}
    secret = (await offered(client, line))[line]["secret"]
    address = f"/bureau/essai/{line}/ussd/africastalking/{secret}"
    answer = await client.post(address, data=form, headers={HEADER: token})
    assert answer.status == 200
    return await answer.text()


async def test_unpublished_menus_of_another_ministry_are_not_offered(valkey_url: str, tmp_path: Path) -> None:
    async with house(valkey_url, tmp_path) as found:
        version, client = found.things["version"], found.client
        token = await sign_in(client, "editor", ministry="sante")
        assert set(await offered(client, version)) == {"service"}
        for line in ("preparee", "brouillon", version):
            for way in ("appareil", "ecran", "parcours"):
                answer = await client.post(f"/bureau/essai/{line}/{way}", data={}, headers={HEADER: token})
                assert answer.status == 404, (line, way)
        token = await sign_in(client, "editor", "bio", ministry="justice")
        assert set(await offered(client, version)) == {"service", "preparee", "brouillon", version}


async def test_draft_is_tried_with_the_changes_of_the_own_ministry(valkey_url: str, tmp_path: Path) -> None:
    async with house(valkey_url, tmp_path) as found:
        token = await sign_in(found.client, "editor", ministry="sante")
        await change(found, "fruits.yaml", b"Quel fruit ?", b"Quel greffe ?", "greffe.k")
        await change(found, HEALTH, b"say: Choisissez", b"say: Choisissez un soin", "awa")
        assert "Choisissez un soin" in await call(found.client, token, "brouillon", "2")
        assert "Choisissez un soin" not in await call(found.client, token, "service", "2")
        assert "Quel fruit ?" in await call(found.client, token, "brouillon", "7")
        token = await sign_in(found.client, "editor", "bio")
        assert "Choisissez un soin" in await call(found.client, token, "brouillon", "2")
        assert "Quel greffe ?" in await call(found.client, token, "brouillon", "7")
        token = await sign_in(found.client, "editor", "chi", ministry="justice")
        assert "Choisissez un soin" not in await call(found.client, token, "brouillon", "2")


async def test_newest_visible_version_is_tried_as_the_staged_one(valkey_url: str, tmp_path: Path) -> None:
    async with house(valkey_url, tmp_path) as found:
        desk = found.client.app[ADMIN_CONTEXT]
        await sign_in(found.client, "editor", ministry="sante")
        await change(found, HEALTH, b"say: Choisissez", b"say: Choisissez un soin", "awa")
        await desk.versions.stage_draft("awa", await desk.draft.drafts.working_copy(), "soin")
        await sign_in(found.client, "editor", "bio", ministry="justice")
        assert "preparee" in await offered(found.client)
        token = await sign_in(found.client, "editor", "chi", ministry="sante")
        assert "Choisissez un soin" in await call(found.client, token, "preparee", "2")


async def test_stream_of_saved_menus_tells_no_faults_of_another_ministry(valkey_url: str, tmp_path: Path) -> None:
    async with house(valkey_url, tmp_path) as found:
        desk = found.client.app[ADMIN_CONTEXT]
        fault = desk.menus.current.journeys.files["fruits"].document.problem_at((), "Une faute du greffe.")
        desk.change_feed.problems = (fault,)
        for name, ministry, tells in (("awa", "sante", False), ("bio", "justice", True), ("chi", "", True)):
            await sign_in(found.client, "editor", name, ministry=ministry)
            async with found.client.get("/bureau/suivi") as stream:
                event = await stream.content.readuntil(b"\n\n")
            assert ("Une faute du greffe." in event.decode()) == tells, ministry
