"""Restored backups: everything is there again, nothing leaves by itself, and what does not fit is refused."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from pydantic import SecretStr

from accounts.audit import Audit
from backups.archive import MANIFEST, PROOF, open_archive
from backups.manifest import authentication
from backups.refusal import BackupRefused
from backups.restoring import restore_backup
from channels.contracts.sender import GATEWAYS, Message
from channels.outbox.pauses import Pauses
from channels.outbox.repository import Outbox
from database import open_database
from database.encryption import Seal
from database.interface import OpenDatabase
from database.migrations import NEWEST, _generate, migrate
from settings import Settings
from tests.support.backup_setup import KEY, NUMBER, PEPPER, REPORT, TEXTS, Installation, rows_of
from tests.support.database import Registry

pytestmark = pytest.mark.slow
BY = "console:tests"
Found = Callable[[OpenDatabase], Awaitable[Any]]


async def asked(settings: Settings, ask: Found) -> Any:
    """Ask the database of these settings, and close it."""
    database = open_database(settings)
    try:
        return await ask(database)
    finally:
        await database.close()


async def test_restored_installation_holds_everything_again(installation: Installation) -> None:
    before = await rows_of(installation.database)
    file, manifest = await installation.back_up()
    place = await installation.elsewhere()
    restored = await restore_backup(place, file, BY)
    assert set(restored.folders.values()) == {"restored"}
    assert {name: (place.menus.parent / name).read_text() for name in TEXTS} == TEXTS
    assert (place.data / "reports" / REPORT).read_text() == "{}"
    added = {"paused": len(GATEWAYS), "audit": 1}
    assert await asked(place, rows_of) == {name: many + added.get(name, 0) for name, many in before.items()}
    assert {name: many for name, many in before.items() if many} == {
        k: v for k, v in manifest.snapshot.rows.items() if v
    }
    assert await asked(place, lambda database: database.version()) == NEWEST


async def test_nothing_leaves_before_an_operator_resumes(installation: Installation) -> None:
    file, manifest = await installation.back_up()
    place = await installation.elsewhere()
    await restore_backup(place, file, BY)

    async def delivered(database: OpenDatabase) -> list[str]:
        return [one.message.address for one in await Outbox(database, Seal(KEY)).claim("sms", 9)]

    assert await asked(place, delivered) == []
    await asked(place, lambda database: Pauses(database).resume(BY, "sms"))
    assert await asked(place, delivered) == [NUMBER] * 3
    assert manifest.snapshot.waiting == 3


async def test_audit_records_the_restoration_in_its_chain(installation: Installation) -> None:
    file, _ = await installation.back_up()
    place = await installation.elsewhere()
    await restore_backup(place, file, BY)
    (last,) = await asked(place, lambda database: Audit(database).last(1))
    assert (last.operator, last.action, last.subject) == (BY, "restore", NEWEST)
    assert (await asked(place, lambda database: Audit(database).verify())).fault is None


async def test_folder_with_other_files_stays_as_it_is(installation: Installation) -> None:
    file, _ = await installation.back_up()
    place = await installation.elsewhere()
    shutil.copytree(installation.settings.locales, place.locales)
    place.menus.mkdir(parents=True)
    (place.menus / "accueil.yaml").write_text("mine")
    restored = await restore_backup(place, file, BY)
    assert restored.folders == {"menus": "other", "locales": "same", "journeys": "restored", "reports": "restored"}
    assert (place.menus / "accueil.yaml").read_text() == "mine"


async def test_backup_of_an_older_schema_is_migrated(bare: Registry, tmp_path: Path) -> None:
    older = f"{int(NEWEST) - 1:04}"
    async with bare.database.exclusive_transaction() as writer:
        await writer.run(_generate(bare.database.dialect, older))
    installation = Installation(bare, tmp_path)
    file, manifest = await installation.back_up()
    assert manifest.snapshot.schema == older
    place = await installation.elsewhere()
    await restore_backup(place, file, BY)
    assert await asked(place, lambda database: database.version()) == NEWEST


def rewritten(file: Path, **values: Any) -> None:
    """Change the manifest of a backup, as somebody with its pepper could."""
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members[MANIFEST])
    manifest["snapshot"] |= values.pop("snapshot", {})
    members[MANIFEST] = json.dumps(manifest | values).encode()
    members[PROOF] = authentication(members[MANIFEST], PEPPER).encode()
    with ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def unproved(file: Path) -> None:
    rewritten(file)
    with ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | {PROOF: b"0" * 64}
    with ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1000])


REFUSED: list[tuple[Callable[[Path], object], dict[str, Any], str]] = [
    (lambda _: None, {"pepper": SecretStr("q" * 22)}, "ZIN_PEPPER n'est pas celui"),
    (lambda _: None, {"rest_keys": SecretStr("j" * 22)}, "clé absente de ZIN_REST_KEYS"),
    (lambda file: rewritten(file, snapshot={"schema": "9999"}), {}, "schéma 9999"),
    (lambda file: rewritten(file, dialect="oracle"), {}, "c'est une base oracle"),
    (lambda file: rewritten(file, format=2), {}, "format plus récent (2)"),
    (lambda file: rewritten(file, members=[]), {}, "manifeste est illisible"),
    (lambda file: rewritten(file, members={}), {}, "la liste de ses fichiers"),
    (lambda file: rewritten(file, snapshot={"rows": {"outbox": 7}}), {}, "pas les lignes du manifeste"),
    (unproved, {}, "abîmée ou a été changée (son manifeste)"),
    (cut, {}, "pas une sauvegarde de Zin, ou elle est coupée"),
    (lambda file: file.write_bytes(b""), {}, "pas une sauvegarde de Zin, ou elle est coupée"),
    (lambda file: ZipFile(file, "w").close(), {}, "pas une sauvegarde de Zin"),
]


@pytest.mark.parametrize(("change", "values", "why"), REFUSED, ids=[why for _, _, why in REFUSED])
async def test_backup_that_does_not_fit_is_refused(
    installation: Installation, change: Callable[[Path], object], values: dict[str, Any], why: str
) -> None:
    file, _ = await installation.back_up()
    change(file)
    place = await installation.elsewhere(**values)
    with pytest.raises(BackupRefused) as refused:
        await restore_backup(place, file, BY)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
    assert await asked(place, lambda database: database.version()) == "", "no process accepts the database"


async def test_database_that_is_not_empty_is_refused(installation: Installation) -> None:
    file, _ = await installation.back_up()
    place = await installation.elsewhere()
    await asked(place, migrate)
    before = await asked(place, rows_of)
    with pytest.raises(BackupRefused, match=r"existe déjà|n'est pas vide"):
        await restore_backup(place, file, BY)
    assert await asked(place, rows_of) == before


async def test_flipped_bytes_change_nothing_unnoticed(installation: Installation) -> None:
    file, _ = await installation.back_up()
    whole, noticed = file.read_bytes(), 0
    for place in range(0, len(whole), len(whole) // 60):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :])
        with refusals() as refused, open_archive(file) as archive:
            archive.authenticate(PEPPER)
            archive.verify()
        noticed += len(refused)
    assert noticed > 50, "what is not noticed is a date or a mode in the index"


@contextmanager
def refusals() -> Iterator[list[BackupRefused]]:
    found: list[BackupRefused] = []
    try:
        yield found
    except BackupRefused as refused:
        found.append(refused)


async def test_another_restoration_at_work_is_left_alone(installation: Installation) -> None:
    file, _ = await installation.back_up()
    place = await installation.elsewhere()
    both = await asyncio.gather(*(restore_backup(place, file, BY) for _ in range(2)), return_exceptions=True)
    assert [type(one).__name__ for one in both] == ["Restored", "BackupRefused"]


async def test_cancelled_messages_never_leave(installation: Installation) -> None:
    pauses, outbox = Pauses(installation.database), Outbox(installation.database, Seal(KEY))
    await pauses.pause(BY, "sms")
    assert await pauses.cancel(BY, "sms") == 3
    await pauses.resume(BY, "sms")
    await outbox.enqueue(Message("new", "sms", NUMBER, "Bonjour"))
    assert [one.message.key for one in await outbox.claim("sms", 9)] == ["new"]
