"""Tests run over our own menus: their country is active before any of them is collected."""

from pathlib import Path

from state.country_file import activate

activate(Path(__file__).parents[1] / "locales")
