"""Benchmarks of our own menus, in their country; their results are in results.md."""

from pathlib import Path

from state.country_file import activate

activate(Path(__file__).parents[1] / "locales")
