"""A PostgreSQL that takes a connection and never answers: the refusal names the step, the patience and what to do."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from backups import postgresql_copy
from backups.making import make_backup
from backups.refusal import BackupRefused
from tests.support.backup_setup import settings_of


async def test_silent_server_is_named_with_its_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_copy, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the system connects, nobody answers
        url = f"postgresql://zin@127.0.0.1:{silent.getsockname()[1]}/zin"
        with pytest.raises(BackupRefused, match=r"connexion à PostgreSQL : .*0\.2 s\. .*pg_isready"):
            await make_backup(settings_of(tmp_path, url), tmp_path / "one.zin", verify=False)
    assert not (tmp_path / "one.zin").exists()
