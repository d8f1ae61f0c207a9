"""Style sheets and scripts of the admin site: typed, compared by their content, and nothing else is given out."""

from __future__ import annotations

from pathlib import Path

import pytest

from admin.static_files import FOLDER, read_static
from tests.support.admin_client import open_admin_site

pytestmark = pytest.mark.slow
TYPES = {"desk.css": "text/css; charset=utf-8", "map.js": "text/javascript; charset=utf-8", "zin.svg": "image/svg+xml"}


def test_every_file_of_the_folder_is_served() -> None:
    assert set(read_static()) == {path.name for path in FOLDER.iterdir()}


async def test_file_has_its_type_and_is_not_sent_twice(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        for name, kind in TYPES.items():
            first = await client.get(f"/bureau/static/{name}")
            assert (first.status, first.headers["Content-Type"]) == (200, kind)
            assert await first.read() == (FOLDER / name).read_bytes()
            again = await client.get(f"/bureau/static/{name}", headers={"If-None-Match": first.headers["ETag"]})
            assert (again.status, await again.read()) == (304, b"")


@pytest.mark.parametrize("name", ["nulle-part.css", "..%2Ftemplating.py", "../templating.py", "desk.css%00", ""])
async def test_nothing_else_is_given_out(name: str, valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        assert (await client.get(f"/bureau/static/{name}")).status == 404
