"""Steps of migrations that a later version would bring, and a database that it has migrated."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from database import migrations
from database.interface import OpenDatabase
from database.migrations import NEWEST, migrate

STEP = '''"""A step of a later version."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
{compatible}

def upgrade() -> None:
    op.add_column("requests", sa.Column("later_{revision}", sa.Integer, nullable=False, server_default="0"))
'''


def number(steps: int) -> str:
    """The number of the step so many steps after the newest."""
    return f"{int(NEWEST) + steps:04}"


async def migrate_further(database: OpenDatabase, folder: Path, steps: Mapping[int, str]) -> None:
    """Migrate as a later program does. steps has what each step behind NEWEST names as compatible_from; "": nothing."""
    later = Path(shutil.copytree(migrations.FOLDER, folder / "migrations"))
    for step, oldest in steps.items():
        compatible = f'compatible_from = "{oldest}"\n' if oldest else ""
        text = STEP.format(revision=number(step), before=number(step - 1), compatible=compatible)
        (later / "versions" / f"r{number(step)}_later.py").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as program:
        program.setattr(migrations, "NEWEST", number(max(steps)))
        program.setattr(migrations, "FOLDER", later)
        await migrate(database)
