"""The code of the version before, from the history: the last commit whose newest migration is an older one."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Final

import pytest

from database.migrations import NEWEST

ROOT: Final = Path(__file__).parents[2]
PLACE: Final = "database/migrations/__init__.py"


def git(*words: str) -> bytes:
    """What git says; the test is skipped without git or history."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("no history here: the version before cannot be run")
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


def check_out_before(folder: Path) -> Path:
    """Write the code of the version before into this folder."""
    with_newest = git("log", "--format=%H", f'-SNEWEST = "{NEWEST}"', "--", PLACE).decode().split()
    if not with_newest:
        pytest.skip("the newest migration is not in the history yet, or the history is cut off")
    with tarfile.open(fileobj=io.BytesIO(git("archive", f"{with_newest[-1]}^"))) as archive:
        archive.extractall(folder, filter="data")
    assert f'NEWEST = "{NEWEST}"' not in (folder / PLACE).read_text("utf-8")
    return folder
