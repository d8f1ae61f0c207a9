"""Each fault in a file of gateways/ is named with its line, its column and the likely fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.declared.files import read_gateways
from channels.declared.sample_checks import gateway_problems
from settings import Settings
from state.errors import InvalidMenu
from tests.support.gateway_files import broken_copy

# file, what is replaced, by what, line:column and text of the problem
BROKEN = [
    ("plain", "title: Passerelle", "titre: Passerelle", "4:1: clé inconnue « titre » (vouliez-vous dire « title » ?)"),
    ("plain", "ZIN_GATEWAY_PLAIN_SECRET", "un-mot-secret", "il faut ici un réglage comme ZIN_GATEWAY_PLAIN_SECRET"),
    ("plain", "path: {setting: ZIN_GATEWAY_PLAIN_SECRET}", "header: {name: X-Key}", ":13: il faut setting: ou file:"),
    ("plain", "    path: {setting: ZIN_GATEWAY_PLAIN_SECRET}", "    addresses: [300.1.1.1]", "ni une adresse IP"),
    (
        "plain",
        "/ussd/plain/{secret}/events",
        "/ussd/autre/{secret}/events",
        "22:13: l'adresse commence par /ussd/plain",
    ),
    ("plain", "- path: /ussd/plain/{secret}/events", "- path: /ussd/plain/events", "il manque {secret} dans l'adresse"),
    ("plain", "- path: /ussd/plain/{secret}/events", "- path: /ussd/plain/{secret}", "22:7: cette adresse est déjà"),
    ("plain", "END {screen}", "END", "il manque {screen}, où se met le texte de l'écran"),
    ("plain", "END {screen}", "CON {screen}", "goes_on et ends sont pareils"),
    (
        "plain",
        "END {screen}",
        "END {sreen} {screen}",
        "« {sreen} » n'est pas prévu ici (vouliez-vous dire « screen » ?)",
    ),
    (
        "plain",
        "inputs: joined",
        "inputs: ensemble",
        "« ensemble » n'est pas prévu ici ; choisissez 'alone' or 'joined'",
    ),
    ("plain", "first: inputs", "first: code", "13:10: avec inputs: joined, first est inputs ou nothing"),
    ("plain", "text: 3*1", "text: 3*2", "text : Zin lit « 3*1 », le tableau dit « 3*2 »"),
    ("plain", "ended: left", "ended: failed", "Zin y lit la fin d'un appel (left) : écrivez ended: left"),
    (
        "plain",
        "      refused: bad_request",
        "      refused: stranger",
        "76:7: Zin refuse cette requête (no id, or not as text)",
    ),
    (
        "plain",
        "      reads: [{message",
        "      refused: stranger\n      reads: [{message",
        "mais Zin accepte cette requête",
    ),
    ("infobip", "      reads: [{state: pending}]", "      refused: bad_request", "mais Zin accepte cette requête"),
    ("plain", "      session: sessionId", "      session: session id", "il faut ici une place comme sessionId"),
    (
        "infobip",
        "      number: msisdn",
        "      numero: msisdn",
        "clé inconnue « numero » (vouliez-vous dire « number » ?)",
    ),
    ("infobip", "path:session", "path:sesion", "l'adresse n'a pas {sesion} (vouliez-vous dire « session » ?)"),
    ("infobip", '"ussdMenu": "{screen}"', '"ussdMenu": {screen}', "les {noms} vont entre guillemets"),
    ("infobip", "begins: always", "optional: [text]", "la clé « optional » est déjà écrite"),
    ("infobip", "to: /ussd/infobip/{secret}/session/44f1/start", "to: /ussd/x", "n'est l'adresse d'aucune ligne"),
    ("hubtel", "      begins: {at: Type, is: [Initiation]}\n", "", "sans begins: à une adresse"),
    ("hollatags", "content: query", "content: json", "une requête GET n'a pas de corps : content: query"),
]


@pytest.mark.parametrize(("name", "old", "new", "wanted"), BROKEN, ids=[f"{one[0]}: {one[2][:40]}" for one in BROKEN])
def test_each_fault_is_named_with_its_place(name: str, old: str, new: str, wanted: str, tmp_path: Path) -> None:
    folder = broken_copy(tmp_path, name, old, new)
    problems = [str(one) for one in gateway_problems(Settings(env="demo", gateways=folder))]
    assert [one for one in problems if wanted in one and one.startswith(f"{folder / name}.yaml:")], problems


def test_a_broken_file_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(InvalidMenu, match="clé inconnue"):
        read_gateways(broken_copy(tmp_path, "plain", "title:", "titre:"))


def test_the_name_of_a_built_in_gateway_is_taken(tmp_path: Path) -> None:
    broken_copy(tmp_path, "plain", "title:", "title:")
    (tmp_path / "plain.yaml").rename(tmp_path / "telegram.yaml")
    wanted = [str(one) for one in gateway_problems(Settings(env="demo", gateways=tmp_path))]
    assert any("est une passerelle que Zin connaît sans fichier" in one for one in wanted)


def test_no_folder_is_no_gateway(tmp_path: Path) -> None:
    assert read_gateways(tmp_path / "nowhere") == {}
