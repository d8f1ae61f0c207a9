"""Registers from an administration's file to the table, as an operator types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.accounts import Accounts
from cli.registers import registers
from tests.support.command_line import Zin, output_of
from tests.support.database import Registry
from tests.support.register_files import HEADINGS, Office, request
from tests.support.result_files import as_csv

pytestmark = pytest.mark.slow

PASSWORD = "un mot de passe assez long"


class Desk:
    """An importer at the command line, with a file."""

    def __init__(self, zin: Zin, registry: Registry, folder: Path) -> None:
        self.zin, self.office, self.file = zin, Office(registry, folder), folder / "demandes.csv"

    async def bring(self, *rows: tuple[str, ...], options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        self.file.write_bytes(as_csv([HEADINGS, *rows]))
        words = ("import", "requests", str(self.file), "--by", "ida", *options)
        return output_of(await self.zin(registers, *words, given=f"{PASSWORD}\n"))

    async def listed(self) -> str:
        return output_of(await self.zin(registers, "list"))[1]

    async def undo(self) -> tuple[int, str, str]:
        return output_of(await self.zin(registers, "undo", "requests", "--by", "ida", given=f"{PASSWORD}\n"))


@pytest.fixture
async def desk(zin: Zin, registry: Registry, tmp_path: Path) -> Desk:
    await Accounts(registry.database).add("ida", "importer", PASSWORD, "console:test")
    return Desk(zin, registry, tmp_path)


async def test_file_is_tried_imported_listed_and_undone(desk: Desk) -> None:
    rows = (request("CJ1000"), request("CJ2000"))
    code, said, _ = await desk.bring(*rows, options=("--dry-run",))
    assert (code, said.splitlines()[-1]) == (0, "Essai seulement : rien n'est changé.")
    assert "Avec ce fichier : 2 ajoutées, 0 changée, 0 supprimée, 0 inchangée" in said
    assert await desk.office.stored() == {}
    assert (await desk.bring(*rows))[1].splitlines()[-1].startswith("Importé.")
    assert "rien ne change" in (await desk.bring(*rows))[1]
    listed = await desk.listed()
    assert "requests/principal : 2 lignes, dernier import le" in listed
    assert "careers : vide, rien n'a été importé" in listed
    assert "2 lignes redeviennent" in (await desk.undo())[1]
    assert await desk.office.stored() == {}


async def test_wrong_row_ends_with_its_line(desk: Desk) -> None:
    code, said, _ = await desk.bring(request("CJ1000", status="bientôt"))
    assert code == 2
    assert "Refusé, étape : mot inconnu : 1\n  ligne 2 : « bientôt »\n" in said


async def test_undo_of_nothing_ends_in_one_line(desk: Desk) -> None:
    code, _, complaint = await desk.undo()
    assert code == 2
    assert "Rien n'a été importé pour requests/principal" in complaint


async def test_removals_need_the_number_of_the_trial(desk: Desk) -> None:
    await desk.bring(*(request(f"CJ{number}") for number in range(1000, 1010)))
    code, said, _ = await desk.bring(request("CJ1000"))
    assert code == 2
    assert "--removals 9" in said
    assert (await desk.bring(request("CJ1000"), options=("--removals", "9")))[0] == 0
