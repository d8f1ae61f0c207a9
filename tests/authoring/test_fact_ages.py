"""Facts to look at again: which are old, which are past, and where they stand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from authoring.fact_ages import facts_that_end, facts_to_review, is_old
from catalog.entries import read_services
from cli.main import main
from tests.support.browser import menus_copy

TODAY = date(2026, 11, 29)
ENTRY = """\
name: Carte d'exemple
short: Carte d'exemple
theme: Collectivités locales
life_event: Études
administration: Mairie
cost: {value: 1500, source: la presse, as_of: 2018}
delay:
  value: "session 2026 : avant juillet"
  source: la presse
  as_of: 2026-01
  until: 2026-06-30
validity: {value: 5 ans, source: la presse, as_of: 2026-01-01}
documents: {value: [acte de naissance, photo], source: la presse, as_of: 2017-09-06}
where: {value: à la mairie, source: la presse, as_of: 2027, until: 2027-01-31}
"""


@pytest.mark.parametrize(
    ("as_of", "old"),
    [
        ("2018", True),
        ("2023", True),
        ("2024", False),  # perhaps its last day
        ("2024-10", True),
        ("2024-11", False),
        ("2024-11-28", True),
        ("2024-11-29", False),
        ("2026-11", False),
    ],
)
def test_date_is_old_once_it_surely_is(as_of: str, old: bool) -> None:
    assert is_old(as_of, TODAY) == old


def test_two_years_before_a_leap_day_are_counted() -> None:
    assert is_old("2026-02-28", date(2028, 2, 29))


def test_past_facts_come_first_then_the_oldest(tmp_path: Path) -> None:
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "carte.yaml").write_text(ENTRY, encoding="utf-8")
    (tmp_path / "catalogue" / "faute.yaml").write_text("name: [", encoding="utf-8")
    assert [f"{one.line}: {one.what}" for one in facts_to_review(tmp_path, TODAY)] == [
        "8: délai, vrai en 2026-01, passé après le 2026-06-30 : session 2026 : avant juillet",
        "13: pièces, vrai en 2017-09-06 : acte de naissance, photo",
        "6: prix, vrai en 2018 : 1500",
    ]


@pytest.mark.parametrize(
    ("value", "end"),
    [
        ("campagne du 20 oct. 2025 au 8 fév. 2026", "au 8 fév. 2026"),
        ("jusqu'au 30 janvier 2026", "au 30 janvier 2026"),
        ("entre le 1er mars et le 1er avril 2026", "et le 1er avril 2026"),
        ("avant le 15/09/2026 à la mairie", "avant le 15/09/2026"),
        ("campagne 2025-2026", "2025-2026"),
        ("rentrée 2025/26", "2025/26"),
        ("1 an, du 1er janvier au 31 décembre", ""),
        ("suspendue depuis le 21 mars 2024", ""),
        ("décret 2025-678, redit en 2026-01", ""),
    ],
)
def test_fact_that_names_its_end_needs_a_last_day(tmp_path: Path, value: str, end: str) -> None:
    entry = ENTRY.replace("session 2026 : avant juillet", value)
    (tmp_path / "avec.yaml").write_text(entry, encoding="utf-8")
    (tmp_path / "sans.yaml").write_text(entry.replace("  until: 2026-06-30\n", "").replace("short: C", "short: La c"))
    found = [
        f"{Path(one.file).name}:{one.line}: {one.what}" for one in facts_that_end(tmp_path, read_services(tmp_path))
    ]
    what = f"« {end} » a une fin : ajoutez « until: AAAA-MM-JJ », le dernier jour où ce renseignement vaut"
    assert found == ([f"sans.yaml:8: {what}"] if end else [])


def test_our_services_end_when_they_say_so() -> None:
    folder = Path("menus/catalogue")
    assert list(facts_that_end(folder, read_services(folder))) == []


def test_check_prints_them_with_file_and_line(tmp_path: Path) -> None:
    menus = menus_copy(tmp_path)
    said = CliRunner().invoke(main, ["check", "--age", str(menus)]).output
    lines = (menus / "catalogue" / "titre-foncier.yaml").read_text("utf-8").splitlines()
    line = lines.index("cost:") + 2
    assert f"{menus}/catalogue/titre-foncier.yaml:{line}:10: prix, vrai en 2018 : 108500\n" in said
    assert " renseignements à revoir : passés, ou lus il y a plus de deux ans\nRien à corriger" in said
