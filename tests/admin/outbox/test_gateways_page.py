"""The gateways on the desk: a clerk's words, without names of settings or reasons in English."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from channels.routing.gateway_states import GatewayStates
from server import SERVICES
from tests.support.admin_client import open_admin_site, sign_in
from tests.support.gateway_files import GATEWAYS

pytestmark = pytest.mark.slow

TABLE = "routes:\n  - {gateway: africastalking, price: 15}\n  - {gateway: kya, networks: [MTN], fallback: true}\n"


async def test_page_shows_the_table_in_a_clerks_words(
    valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gateways"
    folder.mkdir()
    shutil.copyfile(GATEWAYS / "kya.yaml", folder / "kya.yaml")
    (folder / "routes.yaml").write_text(TABLE, "utf-8")
    monkeypatch.setenv("ZIN_GATEWAYS", str(folder))
    async with open_admin_site(valkey_url, tmp_path / "var") as client:
        await sign_in(client, "viewer")
        states = GatewayStates(client.app[SERVICES].database)
        await states.add(["africastalking"])
        await states.balance("africastalking", "XOF 1200.50")
        page = await (await client.get("/bureau/messages/passerelles")).text()
    for words in ("Africa&#39;s Talking", "tous les numéros", "15 F", "secours", "pas branchée", "XOF 1200.50, le "):
        assert words in page, words
    assert "elle ne le dit pas" in page
    assert "ZIN_" not in page
