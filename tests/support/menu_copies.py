"""Copies of the small menu: as the server needs it, and as messages need it."""

from __future__ import annotations

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.support.conversation import SMALL

CHATTY = Path(__file__).parents[1] / "data" / "chatty"


@cache
def shared_menus() -> Path:
    """The same copy for all tests that do not change it: the server compiles it once in a process."""
    folder = Path(mkdtemp(prefix="zin-menus-"))
    atexit.register(shutil.rmtree, folder)
    return menus_in(folder)


def menus_in(folder: Path) -> Path:
    """A copy of the small menu with our entries, as the server wants them all."""
    shutil.copytree(SMALL, folder / "menus")
    for kind in ("catalogue", "exams", "statuses", "centres"):
        shutil.copytree(Path("menus") / kind, folder / "menus" / kind)
    shutil.copy(Path("menus", "communes.csv"), folder / "menus")
    return folder / "menus"


def copy_chatty_menus(folder: Path) -> Path:
    """Copy the small menu, with the files of tests/data/chatty over it, into a new folder, and return that folder."""
    shutil.copytree(SMALL, folder)
    return shutil.copytree(CHATTY, folder, dirs_exist_ok=True)
