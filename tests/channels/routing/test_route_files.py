"""The table of routes: what it says, and each fault with its line, its column and the likely fix."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from channels.declared.files import has_routes
from channels.routing.route_shape import routes_schema
from channels.routing.route_table import OTHERS
from channels.sms_gateways import route_table, routed_gateways, sms_gateways, table_problems
from settings import Settings
from state.errors import InvalidMenu
from tests.support.gateway_files import GATEWAYS

MTN, MOOV, ABROAD = "+2290190000001", "+2290195000001", "+33612345678"
TABLE = """
routes:
  - {gateway: kya, fallback: true}
  - {gateway: africastalking, price: 15}
  - {gateway: mtn-sms, networks: [MTN], price: 8.5}
  - {gateway: exemple-smpp, networks: [Moov, Celtiis]}
"""
FAULTS = [
    ("gateway: kya", "gateway: kia", "2:15: « kia » n'est ni africastalking, ni un fichier de ce dossier"),
    ("gateway: kya", "gateway: kia", "(vouliez-vous dire « kya » ?)"),
    ("gateway: kya", "gateway: nalo", "2:15: « nalo » n'envoie pas de SMS"),
    ("[MTN]", "[MNT]", "4:35: « MNT » n'est pas un réseau de country.yaml (vouliez-vous dire « MTN » ?)"),
    ("gateway: kya, fallback: true", "gateway: mtn-sms", "4:15: « mtn-sms » a déjà une ligne pour ces numéros"),
    ("price: 15", "price: -1", "3:38: "),
    ("price: 15", "prix: 15", "3:31: clé inconnue « prix » (vouliez-vous dire « price » ?)"),
    ("fallback: true", "fallback: peut-être", "2:30: "),
]


def settings_with(folder: Path, table: str, **files: str) -> Settings:
    shutil.copytree(GATEWAYS / "dialects", folder / "gateways" / "dialects")
    for name in ("exemple-smpp", "kya", "mtn-sms", "nalo"):
        shutil.copyfile(GATEWAYS / f"{name}.yaml", folder / "gateways" / f"{name}.yaml")
    (folder / "gateways" / "routes.yaml").write_text(table.lstrip("\n"), "utf-8")
    for name, text in files.items():
        (folder / "gateways" / f"{name}.csv").write_text(text, "utf-8")
    return Settings(env="demo", gateways=folder / "gateways")


def test_cheapest_gateway_of_a_network_comes_first(tmp_path: Path) -> None:
    table = route_table(settings_with(tmp_path, TABLE))
    assert {network: table.serving(network) for network in ("MTN", "Moov", OTHERS)} == {
        "MTN": ("mtn-sms", "africastalking", "kya"),
        "Moov": ("africastalking", "exemple-smpp", "kya"),
        OTHERS: ("africastalking", "kya"),
    }
    assert [table.network_of(number) for number in (MTN, MOOV, ABROAD)] == ["MTN", "Moov", OTHERS]


def test_ported_number_counts_for_its_new_network(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, f"{TABLE}ported: portes.csv\n", portes="numéro;réseau\n01 90 00 00 01;moov\n")
    table = route_table(settings)
    assert (table.network_of(MTN), table.network_of("+2290190000002")) == ("Moov", "MTN")


@pytest.mark.parametrize(("old", "new", "wanted"), FAULTS)
def test_each_fault_is_named_with_its_place(old: str, new: str, wanted: str, tmp_path: Path) -> None:
    assert TABLE.count(old) == 1, old
    settings = settings_with(tmp_path, TABLE.replace(old, new))
    problems = [str(one) for one in table_problems(settings)]
    path = settings.gateways / "routes.yaml"
    assert [one for one in problems if one.startswith(f"{path}:") and wanted in one], problems
    with pytest.raises(InvalidMenu):
        route_table(settings)


def test_network_without_a_gateway_is_named(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, "routes:\n  - {gateway: mtn-sms, networks: [MTN]}\n")
    found = [one.what.partition(" :")[0] for one in table_problems(settings)]
    assert found == ["aucune ligne ne sert le réseau Moov", "aucune ligne ne sert le réseau Celtiis"]


def test_prefixes_beside_a_table_are_refused(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, TABLE)
    file = settings.gateways / "exemple-smpp.yaml"
    file.write_text(file.read_text("utf-8").replace("\nsms:\n", '\nsms:\n  prefixes: ["22901"]\n'), "utf-8")
    assert "« exemple-smpp » a des prefixes dans son fichier" in str(table_problems(settings)[0])


PORTED_FAULTS = [
    ("0190000001,Moov,x\n", "1:1: il faut deux colonnes"),
    ("12,Moov\n", "1:1: la première colonne n'est pas un numéro de ce pays : Bénin"),
    ("0190000001,Orange\n", "1:1: la deuxième colonne n'est pas un réseau de country.yaml : MTN, Moov, Celtiis"),
    ("0190000001,Moov\n\n0190000001,MTN\n", "3:1: ce numéro est déjà plus haut, avec un autre réseau"),
    ("numéro,réseau\nMoov,0190000001\n", "2:1: la première colonne n'est pas un numéro"),
]


@pytest.mark.parametrize(("text", "wanted"), PORTED_FAULTS)
def test_fault_of_ported_numbers_names_its_line_only(text: str, wanted: str, tmp_path: Path) -> None:
    settings = settings_with(tmp_path, f"{TABLE}ported: portes.csv\n", portes=text)
    (problem,) = table_problems(settings)
    assert wanted in str(problem)
    assert "0000001" not in str(problem)


def test_missing_file_of_ported_numbers_is_named(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, f"{TABLE}ported: portes.csv\n")
    (problem,) = table_problems(settings)
    assert str(problem).startswith(f"{settings.gateways / 'portes.csv'}:1:1: lecture impossible")


def test_shipped_table_is_empty_and_chooses_nothing() -> None:
    settings = Settings(env="demo", gateways=GATEWAYS)
    assert (routed_gateways(settings), table_problems(settings)) == (frozenset(), [])
    assert not route_table(settings)
    known = sms_gateways(settings.model_copy(update={"at_username": "sandbox"}))
    assert [name for name, one in known.items() if one.is_chosen] == ["africastalking"]
    assert (known["kya"].title, known["kya"].sends, bool(known["kya"].missing)) == ("KYA SMS, v3", True, True)


def test_folder_without_a_table_has_no_routes(tmp_path: Path) -> None:
    assert not has_routes(tmp_path)
    assert not route_table(Settings(env="demo", gateways=tmp_path))


def test_committed_schema_is_that_of_the_shape() -> None:
    assert (GATEWAYS / "routes.schema.json").read_text(encoding="utf-8") == routes_schema()
