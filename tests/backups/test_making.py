"""Backups while others write, and without a half file after a kill, on a full disk or without pg_dump."""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import os
import resource
import signal
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from backups.postgresql_tools import run_tool
from backups.refusal import BackupRefused
from database import tables
from database.interface import Database
from tests.support.backup_setup import KEY, PEPPER, Installation
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.slow


async def write_pairs(database: Database, begun: asyncio.Event) -> None:
    """Add a row to each of two tables in one transaction, again and again."""
    for number in itertools.count():
        async with database.exclusive_transaction() as writer:
            await writer.add(tables.refusals, [{"action": f"a{number}", "many": 1}])
            await writer.add(tables.opted_out, [{"citizen": f"c{number}", "since": 1}])
        begun.set()


async def test_backup_is_one_moment_while_others_write(installation: Installation) -> None:
    begun = asyncio.Event()
    writing = asyncio.create_task(write_pairs(installation.database, begun))
    await begun.wait()
    _, manifest = await installation.back_up(verify=True)
    begun.clear()
    await begun.wait()  # nobody was stopped by the backup
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    rows = manifest.snapshot.rows
    assert rows["refusals"] == rows["opted_out"] > 0


async def test_secrets_are_named_and_not_in_it(installation: Installation) -> None:
    file, manifest = await installation.back_up()
    with ZipFile(file) as archive:
        archive.extractall(installation.folder / "taken apart")
    contents = b"".join(one.read_bytes() for one in (installation.folder / "taken apart").rglob("*") if one.is_file())
    if installation.server:
        dump = installation.folder / "taken apart" / "database.dump"
        contents += (await run_tool("pg_restore", "", "--file=-", str(dump))).encode()
    assert b"message 0" in contents
    assert [secret for secret in (PEPPER, KEY, "s" * 22) if secret.encode() in contents] == []
    assert len(manifest.snapshot.keys) == 1
    assert file.stat().st_mode & 0o077 == 0


async def test_secret_beside_the_gateways_is_left_out(installation: Installation) -> None:
    (installation.settings.gateways / "dialects").mkdir()
    (installation.settings.gateways / "dialects" / "tata.yaml").write_text("title: Tata\n")
    (installation.settings.gateways / "plain.secret").write_text("s" * 22)
    _, manifest = await installation.back_up()
    found = {name for name in manifest.members if name.startswith("gateways/")}
    assert found == {"gateways/routes.yaml", "gateways/dialects/tata.yaml"}


async def test_backup_replaces_no_other_file(installation: Installation) -> None:
    file, _ = await installation.back_up()
    before = file.read_bytes()
    with pytest.raises(BackupRefused, match="existe déjà"):
        await installation.back_up()
    assert file.read_bytes() == before


@contextmanager
def in_the_way(file: Path) -> Iterator[None]:
    """Another process that writes this backup."""
    folder = file.with_name(f".{file.name}.partial")
    folder.mkdir()
    held = os.open(folder, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    yield
    os.close(held)


async def test_two_backups_of_one_name_exclude_each_other(installation: Installation) -> None:
    with in_the_way(installation.folder / "one.zin"), pytest.raises(BackupRefused, match="une autre commande"):
        await installation.back_up()
    await installation.back_up()  # what that process left is in nobody's way


@contextmanager
def full_disk(file_bytes: int) -> Iterator[None]:
    """No file may grow further, as on a full disk; SIGXFSZ is ignored by Python."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("file_bytes", [1, 40_000])
async def test_full_disk_leaves_no_file(installation: Installation, file_bytes: int) -> None:
    with full_disk(file_bytes), pytest.raises((BackupRefused, OSError)) as raised:
        await installation.back_up()
    assert "\n" not in str(raised.value)
    assert list(installation.folder.glob("*one.zin*")) == []
    assert list(installation.folder.glob(".one.zin*")) == []


def zin(installation: Installation, **environment: str) -> dict[str, str]:
    given = installation.settings
    values = {name: str(getattr(given, name)) for name in ("data", "menus", "gateways", "locales", "journeys")}
    values |= {"pepper": PEPPER, "rest_keys": KEY, "secret": "s" * 22}
    values["database_url"] = given.database_url.get_secret_value()
    return os.environ | {f"ZIN_{name.upper()}": value for name, value in values.items()} | environment


def program(folder: Path, name: str, script: str) -> str:
    """Put a program first on the path. Returns that path."""
    path = folder / "programs" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(textwrap.dedent(script))
    path.chmod(0o755)
    return f"{path.parent}:{os.environ['PATH']}"


@pytest.mark.kill
@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
async def test_killed_backup_leaves_no_half_file(installation: Installation) -> None:
    started = installation.folder / "started"
    path = program(
        installation.folder,
        "pg_dump",
        f"#!/bin/sh\necho $$ > {started}.new && mv {started}.new {started}\nexec sleep 300\n",
    )
    file = installation.folder / "one.zin"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", "backup", str(file)), env=zin(installation, PATH=path)
    )
    until = time.monotonic() + PATIENCE
    while not started.exists():
        assert time.monotonic() < until
        await asyncio.sleep(0.02)
    process.kill()
    await process.wait()
    os.kill(int(started.read_text()), signal.SIGKILL)
    assert not file.exists()
    await installation.back_up()
    assert list(installation.folder.glob(".one.zin*")) == []


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
async def test_missing_pg_dump_is_one_line(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(installation.folder))
    with pytest.raises(BackupRefused, match=r"pg_dump n'est pas installé : installez"):
        await installation.back_up()


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
async def test_pooler_is_named(installation: Installation) -> None:
    installation.settings = installation.settings.model_copy(update={"database_pooled": True})
    with pytest.raises(BackupRefused, match="ZIN_DATABASE_POOLED=false"):
        await installation.back_up()


async def test_password_is_on_no_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", program(tmp_path, "pg_dump", '#!/bin/sh\necho "$@" "$PGPASSWORD"\n'))
    printed = await run_tool("pg_dump", "postgresql://zin:s%2Fecret@db1,db2:5433/zin?sslmode=require", "--snapshot=1")
    assert printed.split() == ["--dbname=postgresql://zin@db1,db2:5433/zin?sslmode=require", "--snapshot=1", "s/ecret"]


async def test_failing_tool_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = '#!/bin/sh\necho "pg_dump: error: server version mismatch" >&2\necho "pg_dump: detail: 15" >&2\nexit 1\n'
    monkeypatch.setenv("PATH", program(tmp_path, "pg_dump", script))
    with pytest.raises(BackupRefused, match=r"^pg_dump a échoué : error: server version mismatch$"):
        await run_tool("pg_dump", "")


async def test_empty_database_has_nothing_to_back_up(installation: Installation) -> None:
    installation.settings = await installation.elsewhere()
    with pytest.raises(BackupRefused, match=r"n'existe pas|n'a pas encore de tables"):
        await installation.back_up()
