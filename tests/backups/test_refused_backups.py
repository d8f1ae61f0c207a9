"""Backups that were cut short, changed or do not fit, and databases that are not empty: refused in one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from pydantic import SecretStr

from backups.archive import MANIFEST, PROOF, open_archive
from backups.making import make_backup
from backups.manifest import authentication
from backups.refusal import BackupRefused
from backups.restoring import restore_backup
from database.migrations import migrate
from tests.support.backup_setup import PEPPER, Installation, asked, rows_of, settings_of, write_folders
from tests.support.postgresql import Server

pytestmark = pytest.mark.slow
BY = "console:tests"


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


async def test_refused_sign_in_names_the_trial_database(own_postgresql: Server, tmp_path: Path) -> None:
    """As where pg_hba.conf lets the role of Zin into its own database only."""
    settings = settings_of(tmp_path, await own_postgresql.new())
    write_folders(settings)
    await asked(settings, migrate)
    let_into_own_database_only(own_postgresql, urlsplit(settings.database_url.get_secret_value()).path.strip("/"))
    with pytest.raises(
        BackupRefused, match=r"« zin_trial_[0-9a-f]+ » avec le rôle « zin » \(28000\)\. --verify "
    ) as refused:
        await make_backup(settings, tmp_path / "one.zin", verify=True)
    assert "\n" not in str(refused.value)
    await make_backup(settings, tmp_path / "one.zin", verify=False)


def let_into_own_database_only(server: Server, name: str) -> None:
    (server.folder / "data" / "pg_hba.conf").write_text(f"local {name} all trust\nlocal postgres all trust\n", "utf-8")
    server.stop()
    server.start()
