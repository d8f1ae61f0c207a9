"""What an installation needs follows from what was measured, and the page shows the newest measurement."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.report import RESULTS
from bench.size import HEADING
from bench.sizing import BLOCK, HOPS_A_CALL, PAGE, Sizes, block, cores, peak_hops, write_block

SIZES = Sizes(
    hop_cpu=100,
    journey_cpu=150,
    valkey_cpu=20,
    worker_bytes=40e6,
    shared_bytes=100e6,
    session_bytes=500,
    call_rows=1.0,
    citizen_bytes=160,
    message_bytes=930,
    message_cpu=900,
    messages_per_second=900,
)
N = "\u202f"
NEEDED = [
    "| cœurs pour Zin, occupés à moitié | 1 | 5 |",
    f"| mémoire des workers | 140{N}Mo | 300{N}Mo |",
    f"| part d'un cœur pour Valkey | 3{N}% | 30{N}% |",
    f"| sessions ouvertes dans Valkey | 180{N}000 | 1{N}800{N}000 |",
    f"| mémoire de Valkey | 90{N}Mo | 900{N}Mo |",
    f"| lignes de SQL par seconde | 300 | 3{N}000 |",
    f"| la langue de 13{N}000{N}000 citoyens dans SQL | 2,1{N}Go |",
    f"| 1{N}000{N}000 messages qui attendent dans SQL | 930{N}Mo |",
    "| 20 SMS par seconde | 13 h 54 min |",
    "| 278 SMS par seconde | 1 h 00 min |",
]


@pytest.mark.parametrize("line", NEEDED)
def test_needs_follow_from_the_figures(line: str) -> None:
    assert line in block(SIZES).splitlines()


def test_half_of_a_core_stays_free() -> None:
    assert [cores(5000, 100), cores(5001, 100), cores(1, 1)] == [1, 2, 1]


def test_a_day_of_results_has_half_of_its_look_ups_in_an_hour() -> None:
    assert round(peak_hops()) == round(1_031_673 / 2 * HOPS_A_CALL / 3600) == 716


def test_row_of_figures_is_read_as_it_was_written() -> None:
    assert Sizes.read(SIZES.cells()) == SIZES


def test_only_the_tables_of_the_page_are_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- size: by -->\nold\n<!-- end of size -->\nafter\n", encoding="utf-8")
    write_block(SIZES, page)
    written = page.read_text(encoding="utf-8")
    assert written == f"before\n<!-- size: by -->\n{block(SIZES)}<!-- end of size -->\nafter\n"


def test_page_shows_the_newest_measurement() -> None:
    rows = RESULTS.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n\n")[0].strip().splitlines()
    newest = Sizes.read([cell.strip() for cell in rows[-1].split("|")[4:-1]])
    found = BLOCK.search(PAGE.read_text(encoding="utf-8"))
    assert found
    assert found[0].removeprefix(found[1]) == f"{block(newest)}{found[2]}"
