"""Who else can read or change a file of settings: what others may write, Zin does not believe."""

from __future__ import annotations

import stat
from pathlib import Path

from settings.errors import InvalidSettings


def read_text(path: Path, place: str) -> str:
    """Return the text of a file that no other user can change. Raises InvalidSettings, beginning with `place`."""
    try:
        with path.open(encoding="utf-8") as opened:
            if path.stat().st_mode & stat.S_IWOTH:
                raise InvalidSettings(f"{place}: {path} can be changed by every user of this machine: chmod o-w {path}")
            return opened.read()
    except OSError as error:
        raise InvalidSettings(f"{place}: {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidSettings(f"{place}: {path} is not text in UTF-8") from None


def is_readable_by_all(path: Path) -> bool:
    """Return whether every user of this machine may read the file."""
    return bool(path.stat().st_mode & stat.S_IROTH)
