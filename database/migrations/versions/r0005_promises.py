"""Deferred answers, opt-outs, and the cards of messages."""

from alembic import op
from sqlalchemy import BigInteger, Column, SmallInteger, String, Text

revision, down_revision = "0005", "0004"


def upgrade() -> None:
    """Apply this step."""
    op.add_column("outbox", Column("card", Text, nullable=False, server_default=""))
    op.add_column("outbox", Column("heard_at", BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "promises",
        Column("key", String(80), primary_key=True),
        Column("kind", String(10), nullable=False),
        Column("citizen", String(32), nullable=False),
        Column("sealed", Text, nullable=False),
        Column("seen", String(32), nullable=False),
        Column("tries", SmallInteger, nullable=False),
        Column("due_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("promises_due", "promises", ["due_at"])
    op.create_index("promises_citizen", "promises", ["citizen"])
    op.create_table(
        "opted_out",
        Column("citizen", String(32), primary_key=True),
        Column("since", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
