"""The small menu as messages need it: tests/data/small with the files of tests/data/chatty over it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.conversation import SMALL

CHATTY = Path(__file__).parents[1] / "data" / "chatty"


def copy_chatty_menus(folder: Path) -> Path:
    """Copy it into a folder that does not exist yet, and return that folder."""
    shutil.copytree(SMALL, folder)
    return shutil.copytree(CHATTY, folder, dirs_exist_ok=True)
