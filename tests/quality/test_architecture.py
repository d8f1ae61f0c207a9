"""docs/architecture.md agrees with the code: its drawing is current, and every path that it names exists.

The paths of docs/glossary.md and docs/decisions/ are checked as well.
"""

from __future__ import annotations

import re
import subprocess
from graphlib import CycleError
from pathlib import Path

import pytest

from tests.quality.import_drawing import (
    BEGIN,
    END,
    PAGE,
    ROOT,
    current_drawing,
    draw,
    imported,
    packages,
    read_imports,
    reduce_arrows,
    with_drawing,
)

PATH = re.compile(r"`([\w./-]*(?:/|\.(?:py|md|toml|yaml|po|csv)))`|\]\(([\w./-]+)\)")
PAGES = [PAGE, *sorted(PAGE.parent.glob("glossary.md")), *sorted(PAGE.parent.glob("decisions/*.md"))]
TABLED = re.compile(r"^\| `([a-z]+)(?:/|\.py)` \|", flags=re.MULTILINE)


def tracked() -> set[str]:
    """Every file that git knows or would add, and every folder that holds one."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    files = {name for name in names if (ROOT / name).is_file()}
    return files | {f"{folder}/" for name in files for folder in parents(name)}


def parents(name: str) -> list[str]:
    parts = name.split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def missing(text: str, known: set[str], folder: Path) -> list[str]:
    """The paths that a page in this folder names and that do not exist; a name alone may be that of any file."""
    names = {name.rpartition("/")[2] for name in known}
    found = []
    for path, link in PATH.findall(text):
        exists = (folder / link).exists() if link else path in known or path in names
        if not exists:
            found.append(path or link)
    return found


def test_drawing_is_current() -> None:
    page = PAGE.read_text()
    assert page == with_drawing(page, current_drawing()), "run: python -m tests.quality.import_drawing"


def test_architecture_names_many_paths() -> None:
    assert len(PATH.findall(PAGE.read_text())) > 50


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_named_exists(page: Path) -> None:
    assert missing(page.read_text(), tracked(), page.parent) == []


def test_missing_path_is_found() -> None:
    text = "`state/nowhere.py`, `nowhere/`, `nowhere.py`, [gone](gone.md), `state/session.py`, `state/`, `session.py`"
    assert missing(text, tracked(), PAGE.parent) == ["state/nowhere.py", "nowhere/", "nowhere.py", "gone.md"]


def test_every_package_is_in_the_table() -> None:
    assert sorted(TABLED.findall(PAGE.read_text())) == packages()


def test_imports_are_read_at_any_depth() -> None:
    source = "import a.b, c\nfrom d.e import f\ndef g():\n    from h import i\n    import j as k\n"
    assert set(imported(source)) == {"a", "c", "d", "h", "j"}


def test_every_package_imports_or_is_imported() -> None:
    graph = read_imports(ROOT, packages())
    used = frozenset().union(*graph.values())
    assert [name for name in graph if not graph[name] and name not in used] == []


@pytest.mark.parametrize(
    ("graph", "reduced"),
    [
        ({"a": "bc", "b": "c", "c": ""}, {"a": "b", "b": "c", "c": ""}),
        ({"a": "bcd", "b": "d", "c": "d", "d": ""}, {"a": "bc", "b": "d", "c": "d", "d": ""}),
        ({"a": "bd", "b": "c", "c": "d", "d": ""}, {"a": "b", "b": "c", "c": "d", "d": ""}),
    ],
)
def test_implied_arrows_are_left_out(graph: dict[str, str], reduced: dict[str, str]) -> None:
    found = reduce_arrows({name: frozenset(others) for name, others in graph.items()})
    assert found == {name: frozenset(others) for name, others in reduced.items()}


def test_circle_is_refused() -> None:
    with pytest.raises(CycleError, match="cycle"):
        reduce_arrows({"a": frozenset("b"), "b": frozenset("a")})


def test_drawing_replaces_the_former_one() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    drawing = draw({"a": frozenset("b"), "b": frozenset()})
    assert with_drawing(page, drawing) == (
        f"before\n{BEGIN}\n```mermaid\nflowchart TD\n    a --> b\n```\n{END}\nafter\n"
    )


@pytest.mark.parametrize("page", ["", BEGIN, f"{END}{BEGIN}"])
def test_page_without_markers_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="markers"):
        with_drawing(page, "drawing")
