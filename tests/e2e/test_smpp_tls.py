"""`zin smpp` over TLS: a message leaves to the operator whom its file names, and to nobody else."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database.encryption import Seal
from tests.support.certificates import signed, write
from tests.support.database import Registry
from tests.support.patience import PATIENCE
from tests.support.smpp_process import PHONE, bound_process, until
from tests.support.smsc import SUBMIT, open_smsc

pytestmark = pytest.mark.kill

TLS = {"bind: transceiver": "bind: transceiver\ntls: {authority: ca.crt}"}
REFUSED = "certificate refused: unable to get local issuer certificate"


@pytest.mark.parametrize("is_known", [True, False])
async def test_only_the_named_authority_is_trusted(registry: Registry, tmp_path: Path, is_known: bool) -> None:
    authority, stranger = signed("authority"), signed("stranger")
    write(tmp_path, "ca", authority)
    write(tmp_path, "server", signed("server", authority if is_known else stranger))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    await Outbox(registry.database, Seal(*registry.settings.secrets.rest)).enqueue(
        Message("m1", "sms", f"+{PHONE}", "Bonjour")
    )
    async with (
        asyncio.timeout(PATIENCE),
        open_smsc(tls=tls) as smsc,
        bound_process(registry, tmp_path, smsc.port, TLS, ZIN_SECRET_FILES=str(tmp_path)) as zin,
    ):
        if is_known:
            await smsc.until(SUBMIT)
        else:
            await until(lambda: REFUSED in zin.logged)
    (lost,) = {line.partition("bind lost")[2] for line in zin.logged.splitlines() if "bind lost" in line} or {""}
    assert (REFUSED in lost, bool(smsc.heard)) == (not is_known, is_known)
    assert "Traceback" not in zin.logged
