"""Files of SMPP gateways: each fault with its place, and what a gateway lacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from channels import sent_by_smpp
from channels.smpp.smpp_files import read_gateways
from channels.smpp.smpp_gateways import smpp_gateways
from settings import Settings
from state.errors import InvalidMenu
from tests.support.certificates import signed, write
from tests.support.gateway_files import broken_copy
from tests.support.smpp_gateway import NAME, example

PASSWORD = "ZIN_GATEWAY_EXEMPLE_PASSWORD"
FAULTS = [  # what stands there, what stands in its place, what an operator reads
    ("window: 10", "window: 0", r"exemple-smpp\.yaml:13:9: le plus petit nombre permis est 1"),
    ("title:", "titre:", r"exemple-smpp\.yaml:\d+:1: clé inconnue « titre »"),
    ("long: udh", "long: both", r"exemple-smpp\.yaml:18:9: « both » n'est pas prévu ici"),
    ("{setting: ZIN_GATEWAY_EXEMPLE_PASSWORD}", "{}", "écrivez setting ou file"),
    ("dialect: tata", "dialect: nobody", r"exemple-smpp\.yaml:\d+:\d+: « nobody » : il n'y a pas de fichier nobody"),
    (
        "dialect: tata",
        "dialect: tata\n  push: true",
        r"exemple-smpp\.yaml:\d+:9: le dialecte « tata » n'ouvre pas d'appel",
    ),
    ("host: 127.0.0.1", "host: smpp//bad host", r"exemple-smpp\.yaml:\d+:\d+: .*host"),
]


@pytest.mark.parametrize(("old", "new", "says"), FAULTS)
def test_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(InvalidMenu, match=says):
        read_gateways(broken_copy(tmp_path, NAME, old, new))


def test_gateway_without_a_password_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    gateways = smpp_gateways(Settings(env="demo"))
    file = example().file
    monkeypatch.delenv(PASSWORD, raising=False)
    assert (list(gateways.ready()), sent_by_smpp(gateways.settings)) == ([], frozenset())
    monkeypatch.setenv(PASSWORD, "too-long-for-smpp")
    assert gateways.lacks(file) == (f"{PASSWORD}, de 8 signes au plus",)
    monkeypatch.setenv(PASSWORD, "essai")
    assert (gateways.lacks(file), sent_by_smpp(gateways.settings)) == ((), frozenset({"sms"}))


def test_demonstration_reaches_no_real_operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "essai")
    folder = broken_copy(tmp_path, NAME, "host: 127.0.0.1", "host: smpp.example.net")
    gateways = smpp_gateways(Settings(env="demo", gateways=folder))
    assert gateways.lacks(example(folder).file) == ("ZIN_SECRET",)


def test_account_of_africas_talking_keeps_its_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "essai")
    assert (
        sent_by_smpp(
            Settings(env="demo", at_username="ministry", at_api_key=SecretStr("a-key"), secret=SecretStr("s" * 22))
        )
        == frozenset()
    )


def test_gateway_without_its_authority_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "essai")
    folder = broken_copy(tmp_path, NAME, "bind:", "tls: {authority: ca.crt}\nbind:")
    gateways = smpp_gateways(Settings(env="demo", gateways=folder, secret_files=tmp_path))
    file = example(folder).file
    without = ("le fichier ca.crt, un certificat d'autorité en PEM",)
    assert gateways.lacks(file) == without
    (tmp_path / "ca.crt").write_text("no certificate")
    assert gateways.lacks(file) == without
    write(tmp_path, "ca", signed("authority"))
    assert gateways.lacks(file) == ()
