"""Result sets with approval and publication; existing results become one set per session."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

SETS = """
INSERT INTO result_sets
SELECT code || '.1', code, '', (SELECT count(*) FROM exam_results WHERE exam_results.session = exam_sessions.code),
       'approved', 'registry', coalesce(published_at, 0), 'registry', coalesce(published_at, 0), '{}'
FROM exam_sessions WHERE code IN (SELECT session FROM exam_results)
"""
RESULTS = """
INSERT INTO new_results SELECT session || '.1', seat, verdict, mention, series, centre, '', '' FROM exam_results
"""
PUBLICATIONS = """
INSERT INTO publications
SELECT code, '', code || '.1', published_at, NULL, published_at FROM exam_sessions
WHERE published_at IS NOT NULL AND code IN (SELECT session FROM exam_results)
"""


def upgrade() -> None:
    """Apply this step."""
    _create_result_sets()
    _create_results()
    _create_publications()
    for statement in (SETS, RESULTS, PUBLICATIONS):
        op.execute(statement)
    op.drop_table("exam_results")
    op.rename_table("new_results", "exam_results")
    op.drop_column("exam_sessions", "published_at")


def _create_result_sets() -> None:
    op.create_table(
        "result_sets",
        sa.Column("id", sa.String(50), primary_key=True),
        sa.Column("session", sa.String(40), sa.ForeignKey("exam_sessions.code", ondelete="CASCADE"), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("imported_by", sa.String(40), nullable=False),
        sa.Column("imported_at", sa.BigInteger, nullable=False),
        sa.Column("approved_by", sa.String(40), nullable=False),
        sa.Column("approved_at", sa.BigInteger),
        sa.Column("report", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("result_sets_session", "result_sets", ["session"])


def _create_results() -> None:
    op.create_table(
        "new_results",
        sa.Column("result_set", sa.String(50), sa.ForeignKey("result_sets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seat", sa.String(32), primary_key=True),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("mention", sa.String(20), nullable=False),
        sa.Column("series", sa.String(20), nullable=False),
        sa.Column("centre", sa.String(60), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("why", sa.String(160), nullable=False),
        sqlite_with_rowid=False,
    )


def _create_publications() -> None:
    op.create_table(
        "publications",
        sa.Column("session", sa.String(40), sa.ForeignKey("exam_sessions.code", ondelete="CASCADE"), primary_key=True),
        sa.Column("department", sa.String(40), primary_key=True),
        sa.Column("result_set", sa.String(50), sa.ForeignKey("result_sets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("publish_at", sa.BigInteger, nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger),
        sa.Column("announced_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
