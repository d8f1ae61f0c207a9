"""The tables of operators: their accounts and the audit of their actions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from database.tables.metadata import metadata

# The accounts of operators; the audit below records their actions.
operators = Table(
    "operators",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("role", String(10), nullable=False),  # one of accounts/roles.py
    Column("password", Text, nullable=False),  # argon2id; empty: invited, and none chosen yet
    Column("created_at", BigInteger, nullable=False),  # Unix seconds
    Column("closed_at", BigInteger),  # Unix seconds; null: the account is open
    Column("visited_at", BigInteger),  # Unix seconds of the last sign-in at the desk; null: none yet
    Column("visits_ended", BigInteger, nullable=False, server_default="0"),  # how often all logins were ended
    Column("ministry", String(40), nullable=False, server_default=""),  # accounts/scope.py; "": of none
    sqlite_with_rowid=False,
)

# The links with which a person chooses a password: of an invitation, or instead of a forgotten one.
account_links = Table(
    "account_links",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the token, which is not stored
    Column("name", String(40), nullable=False),
    Column("made_by", String(40), nullable=False),
    Column("expires_at", BigInteger, nullable=False),  # Unix seconds
    Column("resets_factor", BigInteger, nullable=False, server_default="0"),  # 1: its use removes the second factor
    sqlite_with_rowid=False,
)

# The second factor of an account; the secret is encrypted for its row.
second_factors = Table(
    "second_factors",
    metadata,
    Column("key", String(40), primary_key=True),  # the name of the account
    Column("sealed", Text, nullable=False),  # database/encryption.py
    Column("last_step", BigInteger, nullable=False),  # the half minute of the last code that was used
    sqlite_with_rowid=False,
)

# A secret that was shown and is no second factor before a code of it comes back.
offered_factors = Table(
    "offered_factors",
    metadata,
    Column("key", String(40), primary_key=True),  # the name of the account
    Column("sealed", Text, nullable=False),  # database/encryption.py
    sqlite_with_rowid=False,
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("digest", String(64), primary_key=True),  # SHA-256 of the name and the code, which is not stored
    sqlite_with_rowid=False,
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # from 1, without a gap
    Column("at", BigInteger, nullable=False),  # Unix milliseconds
    Column("operator", String(40), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("details", Text, nullable=False),  # JSON
    Column("hash", String(64), nullable=False),  # of this entry and the one before it
    Index("audit_operator", "operator", "action", "at"),
    sqlite_with_rowid=False,
)

# The number of refused actions, by the action of the audit.
refusals = Table(
    "refusals",
    metadata,
    Column("action", String(40), primary_key=True),
    Column("many", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
