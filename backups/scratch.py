"""A folder for unfinished work beside a file: only one process uses it, and a later one removes what a kill left."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backups.refusal import BackupRefused


@contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """Make the hidden folder that belongs to a file, empty, and remove it at the end.

    Raises BackupRefused if another process works on the same file.
    """
    folder = beside.with_name(f".{beside.name}.partial")
    folder.mkdir(mode=0o700, exist_ok=True)
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused(f"{beside.name} : une autre commande y travaille déjà ; attendez sa fin.") from None
        for left in folder.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)
    finally:
        os.close(held)


def store_durably(path: Path, to: Path) -> None:
    """Give a written file its name, once its bytes are on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.replace(to)
    folder = os.open(to.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
