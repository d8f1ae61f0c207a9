"""A register is of the ministry that its file names: importers of others neither fill nor undo it."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.accounts import Operator
from registers.imports import Order
from registers.register import RegisterRefused
from tests.support.database import Registry
from tests.support.register_files import Office, copied_menus, read_rows, request, requests

pytestmark = pytest.mark.slow


async def test_importer_of_a_ministry_fills_its_registers_only(registry: Registry, tmp_path: Path) -> None:
    office = Office(registry, tmp_path)
    menus = copied_menus(tmp_path)
    path = menus / "registers" / "requests.yaml"
    path.write_text(f"ministry: justice\n{path.read_text('utf-8')}", "utf-8")
    own, read = requests(menus=menus), read_rows(tmp_path, request("CJ1000"))
    for register, ministry in ((own, "sante"), (requests(), "justice")):
        with pytest.raises(RegisterRefused, match="pas à votre ministère"):
            await office.imports.import_rows(Operator("eva", "importer", ministry), register, read, Order())
    found = await office.imports.import_rows(Operator("eva", "importer", "justice"), own, read, Order())
    assert found.done == "stored"
    with pytest.raises(RegisterRefused, match="pas à votre ministère"):
        await office.imports.undo(Operator("olaf", "importer", "sante"), own)
