"""The folder where prometheus_client adds up the counters of the workers of one `zin serve`.

Several may run over one data folder, also on machines that share it. So each has a folder of its own, which a lock
holds for as long as the process or one of its workers runs; a folder that nobody holds is emptied and used again.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import Final

MAX_FOLDERS: Final = 1000  # a file system that grants no lock would be searched for ever
_HELD: Final[list[int]] = []  # the open locks of this process, which its workers inherit


def share_counters(data: Path) -> None:
    """Empty a folder of this data folder that nobody uses, hold it, and name it to the library. Raises OSError.

    The library looks for this name when it is imported, which is when the first counter is made.
    """
    folder = _held_folder(data / "metrics")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _held_folder(parent: Path) -> Path:
    parent.mkdir(parents=True, exist_ok=True)
    number = 0
    while True:
        number += 1
        lock = os.open(parent / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            if number == MAX_FOLDERS:
                raise
        else:
            _HELD.append(lock)
            return parent / str(number)
