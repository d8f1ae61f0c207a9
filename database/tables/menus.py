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
