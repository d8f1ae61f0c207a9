"""Forms that no browser sends: each gets a page in French, and no internal word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from channels.contracts.request_body import MAX_BYTES
from tests.support.admin_client import WITHOUT_A_TRACE, open_admin_site, sign_in

pytestmark = pytest.mark.slow

NO_FORMS = [
    ("too long", {"data": {"csrf": "x" * MAX_BYTES}}, 413),
    ("no boundary", {"data": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
    (
        "another boundary",
        {"data": b"--b\r\n\r\nx", "headers": {"Content-Type": "multipart/form-data; boundary=a"}},
        400,
    ),
    ("no charset", {"data": b"a=b", "headers": {"Content-Type": "application/x-www-form-urlencoded; charset=x"}}, 400),
    ("no UTF-8", {"data": b"csrf=\xff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400),
    ("no form", {"data": b"{}", "headers": {"Content-Type": "application/json"}}, 403),
]


@pytest.mark.parametrize(("what", "options", "status"), NO_FORMS, ids=[row[0] for row in NO_FORMS])
async def test_malformed_form_is_refused_in_french(
    valkey_url: str, tmp_path: Path, what: str, options: dict[str, Any], status: int
) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        await sign_in(client, "importer")
        for path in ("deconnexion", "resultats/x/abandonner", "connexion"):
            answer = await client.post(f"/bureau/{path}", allow_redirects=False, **options)
            page = await answer.text()
            assert answer.status == status, page
            assert 'lang="fr"' in page
            assert not WITHOUT_A_TRACE.search(page)
