"""The tables of menu versions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table

from database.tables.metadata import metadata

# Staged menu folders. A program of before knows no languages: it reads `files`, and serves its own folder of languages.
menu_versions = Table(
    "menu_versions",
    metadata,
    Column("version", String(20), primary_key=True),  # as in state/menu/journey_files.py, of all files
    Column("files", LargeBinary, nullable=False),  # a zip of the menus
    Column("languages", LargeBinary),  # a zip of the languages; null: staged by a program of before
    Column("staged_by", String(40), nullable=False),
    Column("staged_at", BigInteger, nullable=False),  # Unix seconds, as below
    Column("why", String(160)),  # of the proposal; null: no reason was given
    Column("writers", String(2000)),  # accounts that wrote what changes, one a line; null: not known
    sqlite_with_rowid=False,
)

# The newest publication is the active version; a return to an earlier version is a publication too.
menu_publications = Table(
    "menu_publications",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1, without a gap
    Column("version", ForeignKey("menu_versions.version"), nullable=False),
    Column("published_by", String(40), nullable=False),
    Column("published_at", BigInteger, nullable=False),
    Column("why", String(160), nullable=False),
    sqlite_with_rowid=False,
)

# The draft of the menus: the files that operators changed in the browser (authoring/drafts/).
menu_drafts = Table(
    "menu_drafts",
    metadata,
    Column("path", String(120), primary_key=True),  # as in a version: home.yaml, locales/fon.po
    Column("base", LargeBinary),  # the file in service that the change was made from; null: there was none
    Column("content", LargeBinary),  # null: the file is removed
    Column("changed_by", String(40), nullable=False),
    Column("changed_at", BigInteger, nullable=False),  # Unix seconds
    Column("writers", String(2000)),  # accounts that wrote in it, one a line; null: a program of before wrote it
    sqlite_with_rowid=False,
)

# What translators and reviewers say to one another about a text (authoring/translating/remarks.py).
translation_remarks = Table(
    "translation_remarks",
    metadata,
    Column("language", String(6), primary_key=True),  # a code of locales/languages.yaml
    Column("text", String(16), primary_key=True),  # the id of a text, as in authoring/translating/texts.py
    Column("number", Integer, primary_key=True, autoincrement=False),  # from 1
    Column("said_by", String(40), nullable=False),
    Column("said_at", BigInteger, nullable=False),  # Unix seconds
    Column("remark", String(500), nullable=False),
    sqlite_with_rowid=False,
)

# Who read a version and agrees that it replaces the publication that it was compared with.
menu_approvals = Table(
    "menu_approvals",
    metadata,
    Column("version", ForeignKey("menu_versions.version"), primary_key=True),
    Column("instead_of", Integer, primary_key=True, autoincrement=False),  # the number of a publication
    Column("approved_by", String(40), nullable=False),
    Column("approved_at", BigInteger, nullable=False),  # Unix seconds
    sqlite_with_rowid=False,
)

# Versions that a server publishes at an hour. The row is deleted within the transaction that publishes.
menu_schedules = Table(
    "menu_schedules",
    metadata,
    Column("version", ForeignKey("menu_versions.version"), primary_key=True),
    Column("instead_of", Integer, nullable=False),  # the number of the publication that it was compared with
    Column("publish_at", BigInteger, nullable=False),  # Unix seconds
    Column("scheduled_by", String(40), nullable=False),
    Column("why", String(160), nullable=False),
    Column("failure", String(300), nullable=False),  # why it was not published at its hour, in French; "": it waits
    sqlite_with_rowid=False,
)
