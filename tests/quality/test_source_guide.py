"""docs/sources.md lists every question of the sources, with its answers, outcomes and facts."""

from __future__ import annotations

from pathlib import Path

from settings import Settings
from tests.support.database import sources_over


def test_every_question_is_in_the_documentation() -> None:
    questions = sources_over(Settings(env="demo")).questions
    lines = (Path(__file__).parents[2] / "docs" / "sources.md").read_text().splitlines()
    rows = {line.split("|")[1].strip(" `"): line for line in lines if line.startswith("| `")}
    assert rows.keys() == questions.keys()
    for name, asked in questions.items():
        cells = [cell.replace("`", "").split(", ") for cell in rows[name].replace(" ", "").split("|")[2:5]]
        assert [cell[0].split(",") if cell[0] else [] for cell in cells] == [
            list(asked.needs),
            list(asked.outcomes),
            list(asked.gives),
        ], name
