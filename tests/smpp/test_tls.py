"""TLS to a message centre: only the authority that we trust, only for its own address."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.support.certificates import signed, write
from tests.support.patience import PATIENCE
from tests.support.smsc import SHORT, bound_to, open_smsc

REFUSED = [
    ("stranger", "server", "certificate refused: unable to get local issuer certificate"),
    ("ca", "elsewhere", "certificate refused: IP address mismatch, certificate is not valid for '127.0.0.1'."),
    ("ca", "expired", "certificate refused: certificate has expired"),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates of an authority and of servers that it signed, and an authority that signed none."""
    folder, authority = tmp_path_factory.mktemp("tls"), signed("authority")
    for name, pair in (
        ("ca", authority),
        ("stranger", signed("stranger")),
        ("server", signed("server", authority)),
        ("elsewhere", signed("elsewhere", authority, address="127.0.0.2")),
        ("expired", signed("expired", authority, days=-1)),
    ):
        write(folder, name, pair)
    return folder


def served_as(folder: Path, name: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / f"{name}.crt", folder / f"{name}.key")
    return context


def trusting(folder: Path, name: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(folder / f"{name}.crt"))


async def test_known_authority_carries_messages(files: Path) -> None:
    async with (
        open_smsc(tls=served_as(files, "server")) as smsc,
        bound_to(smsc.port, tls=trusting(files, "ca")) as ours,
    ):
        assert (await ours.client.submit(SHORT, PATIENCE)).status == 0


@pytest.mark.parametrize(("trusted", "server", "why"), REFUSED)
async def test_other_certificates_are_refused_by_name(files: Path, trusted: str, server: str, why: str) -> None:
    async with (
        open_smsc(tls=served_as(files, server)) as smsc,
        bound_to(smsc.port, tls=trusting(files, trusted)) as ours,
    ):
        await ours.until(lambda: len(ours.changes) >= 2)
    assert set(ours.changes) == {why}
    assert smsc.heard == []  # neither name nor password left
