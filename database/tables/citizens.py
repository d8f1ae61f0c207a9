"""The tables of citizens' own choices, by keyed hashes of their addresses."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from database.tables.metadata import metadata

preferences = Table(
    "preferences",
    metadata,
    Column("citizen", String(32), primary_key=True),  # a keyed hash of the phone number
    Column("language", String(16), nullable=False),
    Column("call", String(128), nullable=False),  # keyed, where that call began with the choice; else empty
    Column("chosen_at", BigInteger, nullable=False),  # Unix seconds
    sqlite_with_rowid=False,
)

# Citizens who opted out of messages that they did not ask for, until they ask for messages again.
opted_out = Table(
    "opted_out",
    metadata,
    Column("citizen", String(32), primary_key=True),  # a keyed hash of the address
    Column("since", BigInteger, nullable=False),  # Unix seconds
    sqlite_with_rowid=False,
)

# The journal of consents: each choice that closed or opened the messages to a citizen, never changed or deleted.
consents = Table(
    "consents",
    metadata,
    Column("citizen", String(32), primary_key=True),  # a keyed hash of the address
    Column("at", BigInteger, primary_key=True),  # Unix seconds
    Column("choice", String(8), primary_key=True),  # stop, gateway (which reported a refusal), start, alert
    sqlite_with_rowid=False,
)
