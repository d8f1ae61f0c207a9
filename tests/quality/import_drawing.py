"""The drawing of docs/architecture.md: which package imports which, read from the code.

`python -m tests.quality.import_drawing` writes it. An arrow is left out when a path of other arrows says the same
(transitive reduction), so that the drawing shows about one arrow for each step down.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "architecture.md"
BEGIN: Final = "<!-- imports: written by `python -m tests.quality.import_drawing` -->"
END: Final = "<!-- /imports -->"

Graph = Mapping[str, frozenset[str]]


def packages() -> list[str]:
    """The top-level packages and modules of the product, as pyproject.toml lists them."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    return sorted({name.split(".")[0] for name in [*listed["packages"]["find"]["include"], *listed["py-modules"]]})


def imported(source: str) -> Iterator[str]:
    """The first part of every module that this source imports, at any depth; relative imports are not used here."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def read_imports(root: Path, names: Iterable[str]) -> Graph:
    """For each package, the other packages that its files import."""
    known = set(names)
    graph = {}
    for name in known:
        files = [root / f"{name}.py", *(root / name).rglob("*.py")]
        found = {other for file in files if file.is_file() for other in imported(file.read_text())}
        graph[name] = frozenset(found & known - {name})
    return graph


def reduce_arrows(graph: Graph) -> Graph:
    """The same graph without the arrows that a longer path implies. Raises graphlib.CycleError for a circle."""
    below: dict[str, frozenset[str]] = {}
    for name in TopologicalSorter(graph).static_order():
        below[name] = graph[name].union(*(below[other] for other in graph[name]))
    return {name: others.difference(*(below[other] for other in others)) for name, others in graph.items()}


def draw(graph: Graph) -> str:
    """A Mermaid flowchart, https://mermaid.js.org/syntax/flowchart.html; the same text for the same graph."""
    arrows = [f"    {name} --> {other}" for name in sorted(graph) for other in sorted(graph[name])]
    return "\n".join(["```mermaid", "flowchart TD", *arrows, "```"])


def with_drawing(page: str, drawing: str) -> str:
    """The page with this drawing between its two markers. Raises ValueError when a marker is missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs the markers {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{drawing}\n{END}{after}"


def current_drawing() -> str:
    """The drawing of the code as it is."""
    return draw(reduce_arrows(read_imports(ROOT, packages())))


if __name__ == "__main__":
    PAGE.write_text(with_drawing(PAGE.read_text(), current_drawing()))
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} is written\n")
