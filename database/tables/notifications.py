"""The tables of notifications to operators: where each account is written to, what it was notified of, what waits."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, SmallInteger, String, Table, Text

from database.tables.metadata import metadata

# Where an account that asked for it is notified; without a row it is not.
contacts = Table(
    "contacts",
    metadata,
    Column("key", String(40), primary_key=True),  # the name of the account
    Column("way", String(10), nullable=False),  # email or sms
    Column("sealed", Text, nullable=False),  # e-mail address and phone number, encrypted: database/encryption.py
    Column("look_at", BigInteger, nullable=False),  # Unix seconds: when a process looks next what waits for it
    Index("contacts_look", "look_at"),
    sqlite_with_rowid=False,
)

# What waits for an account, or waited until lately, so that it is notified of each thing once.
notified_tasks = Table(
    "notified_tasks",
    metadata,
    Column("name", String(40), primary_key=True),  # of the account
    Column("task", String(32), primary_key=True),  # a digest
    Column("kind", String(20), nullable=False),  # one of notifications/task_kinds.py
    Column("many", BigInteger, nullable=False),
    Column("found_at", BigInteger, nullable=False),  # Unix seconds, as below
    Column("notified_at", BigInteger, nullable=False),  # 0: not yet
    Column("gone_at", BigInteger, nullable=False),  # 0: it waits
    sqlite_with_rowid=False,
)

# Notifications that wait to be sent, or could not be; one that was sent is deleted.
notifications = Table(
    "notifications",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("name", String(40), nullable=False),  # of the account
    Column("content", Text, nullable=False),  # how many things of each kind, as JSON
    Column("state", String(10), nullable=False),  # queued or failed
    Column("tries", SmallInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # Unix milliseconds, as below
    Column("expires_at", BigInteger, nullable=False),
    Column("why", String(20), nullable=False),  # why the last try failed, in a word
    Index("notifications_due", "due_at"),
    sqlite_with_rowid=False,
)
