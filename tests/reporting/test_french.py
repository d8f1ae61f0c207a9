"""Numbers, days and hours in French, and that their formats have one place."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reporting.french import format_count, format_day, format_hour, format_minute, format_number, format_second
from reporting.time_zone import zone

ROOT = Path(__file__).parents[2]
NEW_YEAR = 1_798_756_200  # 31/12/2026 22:30 in UTC, 23:30 in Benin
NOT_PRODUCT = {"tests", "bench"}
ELSEWHERE = re.compile(r"timezone\(timedelta\(|%d/%m/%Y")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (12_500, "12\u202f500"), (1_031_673.4, "1\u202f031\u202f673"), (-5, "-5")],
)
def test_a_number(value: float, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize(
    ("many", "text"), [(0, "0 ligne"), (1, "1 ligne"), (2, "2 lignes"), (12_500, "12\u202f500 lignes")]
)
def test_plural_begins_at_two(many: int, text: str) -> None:
    assert format_count(many, "ligne") == text
    assert format_count(many, "est un", "sont des").endswith("sont des" if many > 1 else "est un")


def test_no_text_leaves_the_plural_to_its_reader() -> None:
    """« 1 ligne(s) » is a program's word, and no clerk's."""
    pages = [*(ROOT / "admin" / "templates").glob("*.html")]
    code = [one for one in ROOT.glob("*/**/*.py") if one.relative_to(ROOT).parts[0] not in NOT_PRODUCT | {".venv"}]
    assert len(pages) > 10 < len(code)
    assert [one.name for one in (*pages, *code) if re.search(r"[a-zé]\((s|es)\)", one.read_text("utf-8"))] == []


def test_days_and_hours_are_those_of_benin() -> None:
    assert (format_day(NEW_YEAR), format_day(NEW_YEAR + 1800)) == ("31/12/2026", "01/01/2027")
    assert format_hour(NEW_YEAR) == "31/12/2026 à 23:30"
    assert format_hour(NEW_YEAR, UTC) == "31/12/2026 à 22:30"
    assert format_minute(NEW_YEAR) == "31/12/2026 23:30"
    assert format_second(NEW_YEAR + 59) == "31/12/2026 23:30:59"


def test_benin_has_no_summer_time() -> None:
    offsets = {datetime(2026, month, 1, tzinfo=zone()).utcoffset() for month in range(1, 13)}
    assert offsets == {timedelta(hours=1)}


@pytest.mark.parametrize("moment", [1e20, float("inf"), float("nan")])
def test_what_is_no_time_is_refused(moment: float) -> None:
    with pytest.raises((ValueError, OverflowError, OSError)):
        format_second(moment)


def test_no_other_module_has_a_time_zone_or_a_format_of_its_own() -> None:
    packages = {init.parent for init in ROOT.glob("[a-z]*/__init__.py") if init.parent.name not in NOT_PRODUCT}
    modules = {path for package in packages for path in package.rglob("*.py")}
    found = {str(path.relative_to(ROOT)) for path in modules if ELSEWHERE.search(path.read_text("utf-8"))}
    assert found == {"reporting/french.py"}
