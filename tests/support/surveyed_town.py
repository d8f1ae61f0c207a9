"""A town whose citizens are asked, after the price of a fruit, whether it helped."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from state.store.interface import Store
from tests.support.conversation import SMALL, Town

QUESTION: Final = "La réponse a-t-elle aidé ?"
HELPED: Final = f"""
  helped:
    say: {QUESTION}
    choices:
      - {{label: Oui, to: welcome}}
      - {{label: En partie, to: welcome}}
      - {{label: Non, to: long}}
"""


def surveyed_menus(folder: Path) -> Path:
    """Write the small menus, with the question after a price, into a folder."""
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)
    with (folder / "home.yaml").open("a", encoding="utf-8") as home:
        home.write(HELPED)
    fruits = folder / "fruits.yaml"
    fruits.write_text(f"survey: home.helped\n{fruits.read_text(encoding='utf-8')}", encoding="utf-8")
    return folder


def surveyed_town(folder: Path, store: Store | None = None) -> Town:
    """A town over these menus."""
    return Town(store, surveyed_menus(folder))
