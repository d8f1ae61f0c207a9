"""The large menus on which the desk is measured: as many as asked for, and nothing to mend in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.validation import validate
from bench.many_menus import SERVICE, WORD, many_menus
from settings import Settings

pytestmark = pytest.mark.slow


def test_many_menus_have_the_requested_size(tmp_path: Path) -> None:
    menus, locales = many_menus(tmp_path, services=130, journeys=13)
    found = validate(Settings(_env_file=None, menus=menus, locales=locales, data=tmp_path / "data"))
    assert len(found.entries.services) == 130
    assert len(found.edition.journeys.files) == 13
    assert found.entries.services[SERVICE].words == (WORD,)
