"""locales/country.yaml: what Zin reads of it, and that each fault has its line and column."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from catalog.entry_types import is_portal_code
from logs.masking import MASK, Masking
from reporting.french import format_minute
from reporting.time_zone import zone
from state.country import country, use
from state.country_file import activate, read_country
from state.errors import InvalidMenu
from state.text.template import format_fact

ESSAI = Path("tests/data/country/country.yaml").read_text(encoding="utf-8")


@pytest.fixture
def locales(tmp_path: Path) -> Iterator[Path]:
    """A folder with the file of a made-up country; afterwards the present country is active again."""
    ours = country()
    (tmp_path / "country.yaml").write_text(ESSAI, encoding="utf-8")
    yield tmp_path
    use(ours)


def problems(locales: Path, old: str, new: str) -> list[str]:
    """The problems of the file after this change, with line and column."""
    assert old in ESSAI
    (locales / "country.yaml").write_text(ESSAI.replace(old, new, 1), encoding="utf-8")
    return [f"{one.line}:{one.column}: {one.what}" for one in read_country(locales)[1]]


def test_our_own_country_has_no_problem() -> None:
    assert read_country(Path("locales"))[1] == []


def test_another_country_has_its_own_time_and_money(locales: Path) -> None:
    activate(locales)
    assert (country().name, country().trial_number) == ("Pays d'Essai", "+9998100001")
    assert datetime(2026, 1, 1, tzinfo=zone()).isoformat() == "2026-01-01T00:00:00-03:00"
    assert format_minute(1_798_756_200) == "31/12/2026 19:30"
    assert format_fact("987654", "money") == "987 654 Écus"


def test_shortest_number_of_the_country_is_masked(locales: Path) -> None:
    mask = Masking(())
    assert mask(None, "info", {"what": "8123456 of 2026"}) == {"what": "8123456 of 2026"}
    activate(locales)
    assert mask(None, "info", {"what": "8123456 of 2026"}) == {"what": f"{MASK} of 2026"}
    assert mask(None, "info", {"many": 8123456, "few": 2026}) == {"many": MASK, "few": 2026}


def test_portal_of_the_country_has_its_own_codes(locales: Path) -> None:
    codes = ("PS00373", "PS1", "SN-12")
    assert [is_portal_code(one) for one in codes] == [True, False, False]
    activate(locales)
    assert [is_portal_code(one) for one in codes] == [True, True, True]
    assert not is_portal_code("a code")


def test_country_names_its_ministries(locales: Path) -> None:
    activate(locales)
    assert country().ministries == {"mer": "Ministère de la Mer", "forets": "Ministère des Forêts"}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Etc/GMT+3", "Etc/Nowhere", "5:12: « Etc/Nowhere » : fuseau horaire inconnu de cette machine"),
        ("code: XA ", "code: Essai ", "3:7: « Essai » : il faut ici le code du pays, deux lettres majuscules comme BJ"),
        ("name: Écu,", "nom: Écu,", "6:23: clé inconnue « nom » (vouliez-vous dire « name » ?)"),
        ('"999"', '"0"', "10:17: « 0 » : il faut ici l'indicatif entre guillemets, comme « 229 »"),
        ("{written: 8XXXXXX}", "{written: 8XXXXXY}", "12:17: « 8XXXXXY » : il faut ici une forme comme"),
        ('drop: "0"', 'drop: "1"', "13:33: aucun numéro de forme 08XXXXXX ne commence par 1"),
        ("unused: 80000XX", "unused: 90000XX", "14:11: ces numéros n'ont pas la forme 8XXXXXX"),
        ('trial: "8100"', 'trial: "9100"', "17:59: aucun numéro de forme 8XXXXXX ne commence par 9100"),
        ('begins: ["82"]', 'begins: ["92"]', "18:36: aucun numéro de forme 8XXXXXX ne commence par 92"),
        ('begins: ["82"]', 'begins: ["81"]', "17:44: deux réseaux ont les numéros qui commencent par 81"),
        ("  mer:", "  La Mer:", "21:3: « La Mer » : il faut ici un nom court en minuscules sans accent, comme justice"),
    ],
)
def test_fault_has_its_line_and_column(locales: Path, old: str, new: str, problem: str) -> None:
    assert [one for one in problems(locales, old, new) if one.startswith(problem)]


def test_folder_without_a_country_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidMenu, match=r"country\.yaml"):
        activate(tmp_path)
