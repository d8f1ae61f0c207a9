"""Files that harm their reader."""

from __future__ import annotations

from pathlib import Path

from spreadsheets.sheet import File


def broken(path: Path) -> None:
    raise File(str(path), b"").broken("ceci", 3, 4)
