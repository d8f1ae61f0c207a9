"""The verbs `zin gateways`: what operators read of the files of gateways/."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from tests.support.gateway_files import SECRET, broken_copy, configure


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZIN_DATA", str(tmp_path / "var"))


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["gateways", *arguments])


def test_list_says_what_each_does_and_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, "hubtel")
    lines = ran("list").output.splitlines()
    assert "hubtel : Hubtel, USSD ; USSD ouvert" in lines
    assert "nalo : Nalo Solutions, USSD ; USSD fermé (il manque ZIN_GATEWAY_NALO_SECRET)" in lines


def test_check_names_what_is_missing_and_the_addresses() -> None:
    found = ran("check", "infobip")
    assert found.exit_code == 1
    assert "USSD : il manque ZIN_GATEWAY_INFOBIP_SECRET" in found.output
    assert "  PUT https://VOTRE-ADRESSE/ussd/infobip/LE-SECRET/session/{session}/end" in found.output


def test_check_of_a_ready_gateway_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, "hubtel")
    found = ran("check", "hubtel")
    assert (found.exit_code, "USSD : rien ne manque" in found.output) == (0, True)
    assert SECRET not in found.output


def test_an_unknown_name_gets_a_hint() -> None:
    found = ran("check", "hubtell")
    assert (found.exit_code, "vouliez-vous dire « hubtel » ?" in found.output) == (2, True)


def test_a_broken_file_is_named_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZIN_GATEWAYS", str(broken_copy(tmp_path, "plain", "title:", "titre:")))
    found = ran("list")
    assert found.exit_code == 2
    assert "plain.yaml:4:1: clé inconnue « titre »" in found.output


def test_try_says_why_it_cannot_send(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, why in (("hubtel", "ce fichier n'envoie pas de SMS"), ("kya", "il manque ZIN_GATEWAY_KYA_SENDER")):
        found = ran("try", name, "+2290190000001")
        assert (found.exit_code, why in found.output) == (2, True), found.output


def test_try_wants_a_phone_number() -> None:
    found = ran("try", "plain", "douze")
    assert (found.exit_code, "n'est pas un numéro de téléphone" in found.output) == (2, True)


def test_gateway_over_smpp_is_listed_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZIN_GATEWAY_EXEMPLE_PASSWORD", raising=False)
    closed = "SMPP fermé (il manque ZIN_GATEWAY_EXEMPLE_PASSWORD, de 8 signes au plus)"
    assert f"exemple-smpp : Opérateur d'exemple, par SMPP ; {closed}" in ran("list").output.splitlines()
    assert ran("check", "exemple-smpp").exit_code == 1
    monkeypatch.setenv("ZIN_GATEWAY_EXEMPLE_PASSWORD", "essai")
    found = ran("check", "exemple-smpp")
    assert (found.exit_code, "liaison à 127.0.0.1:2775, sans TLS" in found.output) == (0, True)
    assert "les SMS partent par zin smpp" in found.output


def test_try_and_mock_over_smpp_want_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZIN_GATEWAY_EXEMPLE_PASSWORD", raising=False)
    for words in (("try", "exemple-smpp", "+2290190000001"), ("mock", "exemple-smpp")):
        found = ran(*words)
        assert (found.exit_code, "il manque ZIN_GATEWAY_EXEMPLE_PASSWORD" in found.output) == (2, True), found.output
