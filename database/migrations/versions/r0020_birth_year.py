"""The year of birth of requests and files whose papers have no day: « né vers 1961 »."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0020"
down_revision = "0019"

ONE_BIRTH = "(birth_date IS NULL) <> (birth_year IS NULL)"
COLUMNS = "number, birth_date, kind, step, updated, note, sample"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("requests", sa.Column("birth_year", sa.Integer))
    if context.get_context().dialect.name == "sqlite":  # which cannot make a column nullable
        _replace_careers()
        return
    op.add_column("careers", sa.Column("birth_year", sa.Integer))
    op.alter_column("careers", "birth_date", nullable=True)
    op.create_check_constraint("careers_birth", "careers", ONE_BIRTH)


def _replace_careers() -> None:
    op.create_table(
        "new_careers",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("birth_date", sa.Date),
        sa.Column("birth_year", sa.Integer),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("step", sa.String(60), nullable=False),
        sa.Column("updated", sa.Date, nullable=False),
        sa.Column("note", sa.String(160), nullable=False),
        sa.Column("sample", sa.Boolean, nullable=False),
        sa.CheckConstraint(ONE_BIRTH, name="careers_birth"),
        sqlite_with_rowid=False,
    )
    op.execute(f"INSERT INTO new_careers ({COLUMNS}) SELECT {COLUMNS} FROM careers")
    op.drop_table("careers")
    op.rename_table("new_careers", "careers")
    sample = sa.column("sample", sa.Boolean).is_(True)
    op.create_index("careers_sample", "careers", ["sample"], sqlite_where=sample)
