"""The operators' guide menus/README.md: its blocks, and our menus after some of them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import yaml

from authoring.validation import validate as all_of_it
from settings import Settings
from state.errors import InvalidMenu, Problem
from state.menu.schema import JourneyFile

ROOT = Path(__file__).parents[2]
MENUS = ROOT / "menus"
GUIDE = (MENUS / "README.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"(?ms)^```(\w*)\n(.*?)^```$", GUIDE)
STEPS = [place for place, (language, _) in enumerate(BLOCKS, 1) if language == "yaml"]
FIRST = BLOCKS[STEPS[0] - 1][1]


def menus_after(folder: Path, blocks: int) -> Path:
    """Our menus after the first so many blocks of the guide."""
    menus = Path(shutil.copytree(MENUS, folder / "menus"))
    for language, text in BLOCKS[:blocks]:
        if language == "yaml":
            write(menus, text)
    return menus


def write(menus: Path, block: str) -> None:
    """Do what a block of the guide shows."""
    named = re.match(r"# menus/(\S+\.yaml)\n", block)
    assert named, f"a block says which file it belongs to: {block[:40]}"
    path = menus / named[1]
    if not path.exists():
        path.write_text(block, encoding="utf-8")
        return
    written = yaml.load(block, yaml.BaseLoader)
    whole = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    screens = whole.get("screens", whole)
    for key, value in written.items():
        (whole if key in JourneyFile.model_fields else screens)[key] = value
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")


def problems_of(menus: Path) -> list[Problem]:
    """What zin check has to say of these menus."""
    try:
        all_of_it(Settings(menus=menus))
    except InvalidMenu as broken:
        return list(broken.problems)
    return []
