"""docs/sources.md lists every question of the sources, with its answers, outcomes and facts."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from authoring.validation import validate
from settings import Settings
from state.errors import Problem
from tests.support.database import sources_over

ROOT: Final = Path(__file__).parents[2]
GUIDE: Final = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")


def test_every_question_is_in_the_documentation() -> None:
    questions = sources_over(Settings(env="demo")).questions
    lines = GUIDE.splitlines()
    named = {line.split("|")[1].strip(" `"): line for line in lines if line.startswith("| `")}
    rows = {name: line for name, line in named.items() if "." in name}
    assert rows.keys() == questions.keys()
    for name, asked in questions.items():
        cells = [cell.replace("`", "").split(", ") for cell in rows[name].replace(" ", "").split("|")[2:5]]
        assert [cell[0].split(",") if cell[0] else [] for cell in cells] == [
            list(asked.needs),
            list(asked.outcomes),
            list(asked.gives),
        ], name


def test_files_of_the_guide_are_valid_together(tmp_path: Path) -> None:
    passports, routed = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
    menus = shutil.copytree(ROOT / "menus", tmp_path / "menus")
    common = (menus / "sources" / "requests.yaml").read_text(encoding="utf-8")
    for name in ("justice", "passports"):
        ours = common.replace("Demandes, par l'API commune", name)
        ours = ours.replace("server: ZIN_REQUESTS_URL", "server: https://api.example")
        (menus / "sources" / f"{name}.yaml").write_text(ours)
    (menus / "sources" / "by-reference.yaml").write_text(routed)
    assert not _concerning_sources(validate(Settings(menus=menus)).warnings)
    (menus / "sources" / "by-reference.yaml").unlink()
    (menus / "sources" / "justice.yaml").unlink()
    (menus / "sources" / "passports.yaml").write_text(passports)
    unused = _concerning_sources(validate(Settings(menus=menus)).warnings)
    assert unused == [f"aucun écran n'emploie « {{{fact}}} »" for fact in ("stage", "office", "since", "due")]


def _concerning_sources(warnings: tuple[Problem, ...]) -> list[str]:
    return [one.what for one in warnings if Path(one.file).parent.name == "sources"]
