"""Restored backups: everything is there again, nothing leaves by itself, and what does not fit is refused."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from accounts.audit import Audit
from backups.restoring import restore_backup
from channels.contracts.sender import GATEWAYS, Message
from channels.outbox.pauses import Pauses
from channels.outbox.repository import Outbox
from database.encryption import Seal
from database.interface import OpenDatabase
from database.migrations import FOLDER, NEWEST, _generate
from tests.support.backup_setup import KEY, NUMBER, REPORT, TEXTS, Installation, asked, rows_of
from tests.support.database import Registry

pytestmark = pytest.mark.slow
BY = "console:tests"


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
    ended = {"menus": "other", "gateways": "restored", "locales": "same", "journeys": "restored", "reports": "restored"}
    assert restored.folders == ended
    assert (place.menus / "accueil.yaml").read_text() == "mine"


async def test_backup_of_an_older_schema_is_migrated(bare: Registry, tmp_path: Path) -> None:
    older = f"{int(NEWEST) - 1:04}"
    async with bare.database.exclusive_transaction() as writer:
        await writer.run(_generate(bare.database.dialect, "", older, FOLDER))
    installation = Installation(bare, tmp_path)
    file, manifest = await installation.back_up()
    assert manifest.snapshot.schema == older
    place = await installation.elsewhere()
    await restore_backup(place, file, BY)
    assert await asked(place, lambda database: database.version()) == NEWEST


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
