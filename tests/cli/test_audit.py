"""The verbs of `zin audit`: entries as they are shown, and a chain that was changed."""

from __future__ import annotations

import pytest

from accounts.audit import Audit, AuditEvent
from cli.audit import audit
from tests.support.command_line import Zin, output_of
from tests.support.database import Registry


async def record(registry: Registry, *events: AuditEvent) -> list[str]:
    """Record these events, one a second from 22 September 2026 at 00:00 in Benin, and return their hashes."""
    moments = iter(range(1_790_031_600, 1_790_031_700))
    log = Audit(registry.database, lambda: next(moments))
    return [(await log.add(event)).hash for event in events]


async def test_audit_shows_the_newest_entries_last(registry: Registry, zin: Zin) -> None:
    assert output_of(await zin(audit, "show")) == (0, "", "")
    await record(
        registry,
        AuditEvent("awa", "results import", "bac-2026", {"lines": "106 000"}),
        AuditEvent("bio", "results approve", "bac-2026"),
        AuditEvent("bio", "results publish", "bac-2026\n3  console:root\x1b[2J", {"hour": "14\r:00\u202e"}),
    )
    lines = [
        "1  22/09/2026 00:00:00  awa  results import  bac-2026  lines=106 000",
        "2  22/09/2026 00:00:01  bio  results approve  bac-2026",
        "3  22/09/2026 00:00:02  bio  results publish  bac-2026?3  console:root?[2J  hour=14?:00?",
    ]
    assert output_of(await zin(audit, "show")) == (0, "\n".join(lines) + "\n", "")
    assert output_of(await zin(audit, "show", "--last", "1")) == (0, lines[2] + "\n", "")


async def test_audit_shows_twenty_entries_by_default(registry: Registry, zin: Zin) -> None:
    await record(registry, *[AuditEvent("awa", "results import", "bac-2026")] * 22)
    shown = [len((await zin(audit, "show", *words)).stdout.splitlines()) for words in ((), ("--last", "50"))]
    assert shown == [20, 22]


async def test_intact_chain_is_reported_with_its_hash(registry: Registry, zin: Zin) -> None:
    assert output_of(await zin(audit, "verify")) == (
        0,
        f"Journal intact : 0 ligne, dernière empreinte {'0' * 64}.\n",
        "",
    )
    hashes = await record(registry, *[AuditEvent("awa", "results import", "bac-2026")] * 3)
    message = f"Journal intact : 3 lignes, dernière empreinte {hashes[-1]}."
    assert output_of(await zin(audit, "verify")) == (0, f"{message}\n", "")
    known = await zin(audit, "verify", "--known", f" {hashes[1].upper()} ")
    assert output_of(known) == (0, f"{message} L’empreinte notée est celle de la ligne 2.\n", "")


TAMPERED = [
    (
        "UPDATE audit SET subject = 'cep' WHERE number = 2;",
        "la ligne 2 a été changée, déplacée ou ajoutée ; 1 ligne intacte",
    ),
    ("DELETE FROM audit WHERE number = 1;", "la ligne 1 a été enlevée ; 0 ligne intacte avant elle"),
]


@pytest.mark.parametrize(("script", "message"), TAMPERED)
async def test_changed_chain_is_reported_with_its_place(
    registry: Registry, zin: Zin, script: str, message: str
) -> None:
    hashes = await record(registry, *[AuditEvent("awa", "results import", "bac-2026")] * 3)
    async with registry.database.exclusive_transaction() as writer:
        await writer.run(script)
    for words in ((), ("--known", hashes[2])):
        result = await zin(audit, "verify", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"Journal modifié : {message}" in result.stderr
        assert ("L’empreinte notée n’est pas parmi les lignes intactes." in result.stderr) == bool(words)
    assert (await zin(audit, "show")).exit_code == 0


async def test_cut_end_is_found_with_a_noted_hash(registry: Registry, zin: Zin) -> None:
    hashes = await record(registry, *[AuditEvent("awa", "results import", "bac-2026")] * 3)
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("DELETE FROM audit WHERE number = 3;")
    assert (await zin(audit, "verify")).exit_code == 0
    result = await zin(audit, "verify", "--known", hashes[2])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "l’empreinte notée n’y est pas : la fin a été coupée, ou tout a été réécrit" in result.stderr


@pytest.mark.parametrize("known", ["abc", "g" * 64, "0" * 63, "0" * 65])
async def test_malformed_hash_is_refused(zin: Zin, known: str) -> None:
    result = await zin(audit, "verify", "--known", known)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "64 signes" in result.stderr


async def test_impossible_time_is_shown_as_a_number(registry: Registry, zin: Zin) -> None:
    await record(registry, AuditEvent("awa", "results import", "bac-2026"))
    async with registry.database.exclusive_transaction() as writer:
        await writer.run(f"UPDATE audit SET at = {2**62};")
    assert output_of(await zin(audit, "show")) == (0, f"1  {2**62}  awa  results import  bac-2026\n", "")
