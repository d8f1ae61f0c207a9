"""Values of a hop: equal by their fields, and the type checker keeps them from being changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from state.interfaces import Inbound, Reply

ROOT = Path(__file__).parents[2]
CHANGING = "from state.interfaces import Reply\nReply('a', False).text = 'b'\n"


def test_equal_values_have_one_hash() -> None:
    assert Reply("a", ends_session=False) == Reply("a", ends_session=False)
    assert len({Reply("a", ends_session=False), Reply("a", ends_session=False), Reply("b", ends_session=False)}) == 2


def test_value_has_no_other_field() -> None:
    with pytest.raises(AttributeError):
        Inbound("c", "+2290190000001", "s", "", inputs_are_cumulative=True).more = 1  # type: ignore[attr-defined]


@pytest.mark.slow
def test_type_checker_refuses_to_change_a_value(tmp_path: Path) -> None:
    changing = tmp_path / "changing.py"
    changing.write_text(CHANGING)
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", str(changing)]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 'Property "text" defined in "Reply" is read-only' in checked.stdout
