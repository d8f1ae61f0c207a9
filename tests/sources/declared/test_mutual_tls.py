"""Mutual TLS: a source shows its certificate, and believes only the authority that its file names."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from state.errors import SourceUnavailable
from tests.support.certificates import signed, write
from tests.support.declared_api import MINE, Api, declared, source_of

QUESTION = "passports.stage"
ALL = {"certificate": "zin.crt", "key": "zin.key", "authority": "ca.crt"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates of an authority, a server and Zin, and of an authority that nobody knows."""
    folder = tmp_path_factory.mktemp("tls")
    authority, stranger = signed("authority"), signed("stranger")
    for name, pair in (
        ("ca", authority),
        ("server", signed("server", authority)),
        ("zin", signed("zin", authority)),
        ("other-ca", stranger),
        ("other", signed("zin", stranger)),
    ):
        write(folder, name, pair)
    (folder / "broken.crt").write_text("no certificate")
    return folder


@pytest.fixture
async def server(files: Path) -> AsyncIterator[Api]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(files / "ca.crt"))
    context.load_cert_chain(str(files / "server.crt"), str(files / "server.key"))
    context.verify_mode = ssl.CERT_REQUIRED
    server = Api()
    await server.open(ssl=context)
    yield server
    await server.close()


async def test_certificate_is_shown_and_the_server_believed(server: Api, files: Path, tmp_path: Path) -> None:
    source = source_of(declared(request__server=server.url, request__tls=ALL), tmp_path, secret_files=files)
    assert (await source.ask(QUESTION, MINE)).trigger == "found"
    assert not list(source.credentials.missing())
    await source.close()


REFUSED = [
    (None, "wrong_certificate"),
    ({"authority": "ca.crt"}, "passports: "),
    ({**ALL, "authority": "other-ca.crt"}, "wrong_certificate"),
    ({**ALL, "certificate": "other.crt", "key": "other.key"}, "passports: "),
    ({**ALL, "key": "other.key"}, "TLS files that cannot be used: zin.crt, other.key, ca.crt"),
    ({**ALL, "certificate": "broken.crt"}, "TLS files that cannot be used"),
    ({**ALL, "authority": "missing.crt"}, "TLS files that cannot be used"),
]


@pytest.mark.parametrize(("tls", "why"), REFUSED, ids=str)
async def test_anything_else_is_not_asked(
    server: Api, files: Path, tmp_path: Path, tls: dict[str, str] | None, why: str
) -> None:
    changes: dict[str, Any] = {"request__tls": tls} if tls else {}
    source = source_of(declared(request__server=server.url, **changes), tmp_path, secret_files=files)
    with pytest.raises(SourceUnavailable, match=why):
        await source.ask(QUESTION, MINE)
    await source.close()
    assert not server.requests


async def test_renewed_certificate_is_used_without_a_restart(server: Api, files: Path, tmp_path: Path) -> None:
    for name in ("ca.crt", "other.crt", "other.key"):
        (tmp_path / name.replace("other", "zin")).write_bytes((files / name).read_bytes())
    file = declared(request__server=server.url, request__tls=ALL, cache_seconds=0)
    source = source_of(file, tmp_path, secret_files=tmp_path)
    with pytest.raises(SourceUnavailable):
        await source.ask(QUESTION, MINE)
    for name in ("zin.crt", "zin.key"):
        (tmp_path / name).unlink()
        (tmp_path / name).write_bytes((files / name).read_bytes())
    assert (await source.ask(QUESTION, MINE)).trigger == "found"
    await source.close()
