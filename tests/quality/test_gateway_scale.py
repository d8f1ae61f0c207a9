"""The table of what is proven of each gateway is the one that this repository proves."""

from __future__ import annotations

from tests.quality.gateway_scale import BEGIN, END, NO, PAGE, TITLES, table
from tests.support.gateway_files import FILES


def test_table_in_the_page_is_up_to_date() -> None:
    shown = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert shown.strip() == table(), "run python -m tests.quality.gateway_scale"


def test_table_has_every_gateway() -> None:
    lines = table().splitlines()
    assert {f"`{name}`" for name in FILES} <= {line.split(" | ")[0].removeprefix("| ") for line in lines}
    assert len({line.count("|") for line in lines}) == 1


def test_no_gateway_claims_a_real_account() -> None:
    column = TITLES.index("Compte réel")
    cells = [line.strip("| ").split(" | ")[column] for line in table().splitlines()[2:]]
    assert set(cells) == {NO}
