"""Each fault in a dialect is named with its line, its column and the likely fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.smpp.smpp_files import read_gateways, smpp_problems
from state.errors import InvalidMenu
from tests.support.smpp_gateway import gateway_folder

# what is replaced in sixdee.yaml, by what, line:column and text of the problem
BROKEN = [
    ("title: 6D", "titre: 6D", "4:1: clé inconnue « titre » (vouliez-vous dire « title » ?)"),
    ("begin: [0x01]", "begin: [1]", "6:22: « 1 » : il faut ici un octet comme 0x01"),
    ("begin:", "debut:", "6:14: clé inconnue « debut »"),
    (", ask: 0x02", "", "il manque la clé « ask »"),
    ("continue: [0x12]", "continue: [0x01]", "6:13: « 0x01 » est écrit deux fois"),
    ("session: its_session_info", "session: its_session", "7:10: « its_session » : il faut ici its_session_info"),
    ("code: text\n", "code: texte\n", "9:7: « texte » n'est pas prévu ici"),
    ("data_coding: 0", "data_coding: 300", "10:14: "),
]


@pytest.mark.parametrize(("was", "now", "reported"), BROKEN)
def test_fault_is_named_with_its_place(was: str, now: str, reported: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidMenu) as error:
        read_gateways(gateway_folder(tmp_path / "gateways", "sixdee", (was, now)))
    assert f"sixdee.yaml:{reported}" in str(error.value) or (reported.startswith("il") and reported in str(error.value))
    assert len(error.value.problems) <= 2


def test_missing_dialect_is_named_in_the_gateway(tmp_path: Path) -> None:
    folder = gateway_folder(tmp_path / "gateways", "mica")
    (folder / "dialects" / "mica.yaml").unlink()
    with pytest.raises(InvalidMenu, match=r"essai.yaml:6:36: « mica » : il n'y a pas de fichier mica.yaml"):
        read_gateways(folder)


def test_dialect_that_nobody_names_is_checked_too(tmp_path: Path) -> None:
    folder = gateway_folder(tmp_path / "gateways", "mica")
    (folder / "dialects" / "autre.yaml").write_text("title: Autre\n", encoding="utf-8")
    (first, *_) = smpp_problems(folder)
    assert "autre.yaml" in str(first)
