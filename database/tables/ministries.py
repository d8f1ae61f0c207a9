"""The tables of the API for ministries: the keys of their systems, and the messages that they ask for."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    false,
    text,
)

from database.tables.metadata import metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(12), primary_key=True),  # no secret: it is in the key beside the secret
    Column("ministry", String(40), nullable=False),
    Column("mode", String(4), nullable=False),  # live, or test: nothing is sent
    Column("scopes", String(120), nullable=False),  # names with a space between
    Column("digest", String(64), nullable=False),  # SHA-256 of the whole key
    Column("requests_per_minute", Integer, nullable=False),
    Column("parts_per_day", Integer, nullable=False),  # parts of SMS
    Column("callback", String(300), nullable=False, server_default=""),  # address that is informed of ends; or empty
    Column("added_by", String(40), nullable=False),
    Column("added_at", BigInteger, nullable=False),  # Unix seconds
    Column("revoked_at", BigInteger),  # Unix seconds; null: the key is valid
    sqlite_with_rowid=False,
)

# A message to one citizen or to a list, as a ministry's system asked for it.
ministry_messages = Table(
    "ministry_messages",
    metadata,
    Column("id", String(32), primary_key=True),  # of its ministry, mode and reference: a second one is not stored
    Column("key_id", String(12), nullable=False),
    Column("ministry", String(40), nullable=False),
    Column("mode", String(4), nullable=False),
    Column("reference", String(80), nullable=False),  # the ministry's own
    Column("digest", String(32), nullable=False),  # keyed hash of what was asked, to tell a repetition from a mistake
    Column("template", String(40), nullable=False),
    Column("purpose", String(40), nullable=False),
    Column("recipients", Integer, nullable=False),
    Column("parts", Integer, nullable=False),  # counted in the budget of its day
    Column("created_at", BigInteger, nullable=False),  # Unix milliseconds, as below
    Column("send_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# One citizen of such a message. Once it is in the outbox it has the same key there.
ministry_recipients = Table(
    "ministry_recipients",
    metadata,
    Column("key", String(80), primary_key=True),  # the message's id and the place in its list
    Column("message", String(32), nullable=False),
    Column("sealed", Text, nullable=False),  # phone number and values: database/encryption.py
    Column("state", String(10), nullable=False),  # waiting, posted, delivered (of a test key), expired, refused
    Column("why", String(20), nullable=False),  # why it was refused, in a word
    Column("tries", SmallInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # Unix milliseconds: when it may be taken, or taken again
    Column("reported", Boolean, nullable=False, server_default=false()),  # its end, to the ministry's system
    Index("ministry_recipients_message", "message"),
    sqlite_with_rowid=False,
)

# In the order of claims.
Index(
    "ministry_recipients_due",
    ministry_recipients.c.due_at,
    ministry_recipients.c.key,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)

# A message whose ends are reported to the address of its key.
ministry_callbacks = Table(
    "ministry_callbacks",
    metadata,
    Column("key", String(32), primary_key=True),  # id of the message
    Column("tries", SmallInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # Unix milliseconds, as below: when it may be taken, or taken again
    Column("until_ms", BigInteger, nullable=False),  # nothing is reported after that
    Index("ministry_callbacks_due", "due_at", "key"),  # in the order of claims
    sqlite_with_rowid=False,
)

# The parts of SMS that each key asked for on each day of the country.
ministry_parts = Table(
    "ministry_parts",
    metadata,
    Column("key_id", String(12), primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),  # 20261201
    Column("parts", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# For what a ministry may write to citizens who did not ask for it.
released_purposes = Table(
    "released_purposes",
    metadata,
    Column("ministry", String(40), primary_key=True),
    Column("purpose", String(40), primary_key=True),
    Column("released_by", String(40), nullable=False),
    Column("released_at", BigInteger, nullable=False),  # Unix seconds
    sqlite_with_rowid=False,
)
