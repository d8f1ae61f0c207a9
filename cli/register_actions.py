"""Registers behind the command line: people sign in, files are imported with a progress bar, imports are undone.

cli/registers.py has the verbs; registers/imports.py has the rules.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from cli.signed_in import run_signed_in
from settings import Settings

if TYPE_CHECKING:  # they open SQL, which takes time to import, which other verbs need not wait for
    from accounts.accounts import Operator
    from database.interface import Database, Row
    from registers.import_process import ImportRequest
    from registers.imports import Imported
    from registers.overview import FeedState
    from registers.register import Register

T = TypeVar("T")


def sign_in(settings: Settings, name: str) -> Operator:
    """Ask for the password of this account, and return the operator."""

    async def signed(by: Operator, _: object) -> Operator:
        return by

    return run_signed_in(settings, name, signed)


def import_register(settings: Settings, wanted: ImportRequest, by: Operator) -> Imported:
    """Import a file in a process of its own, with a progress bar on stderr."""
    from registers.import_process import import_file

    with click.progressbar(length=100, label=wanted.file.name, file=sys.stderr) as bar:
        return import_file(settings, wanted, by, lambda share: bar.update(round(share * 100) - bar.pos))


def undo_import(settings: Settings, register: Register, by: Operator) -> Row:
    """Undo the last import of the register's feed, and return that import."""
    from registers.imports import RegisterImports
    from state.identity import Pseudonyms

    return _with_database(
        settings, lambda database: RegisterImports(database, Pseudonyms(settings.secrets.pepper)).undo(by, register)
    )


def load_registers(settings: Settings) -> list[FeedState]:
    """Return the state of each feed of each register."""
    from catalog.entries import read_entries
    from registers.overview import load_states

    files = read_entries(settings.menus).registers
    return _with_database(settings, lambda database: load_states(database, files))


def _with_database(settings: Settings, ask: Callable[[Database], Awaitable[T]]) -> T:
    from database import open_database

    async def ask_and_close() -> T:
        database = open_database(settings)
        try:
            return await ask(database)
        finally:
            await database.close()

    return asyncio.run(ask_and_close())
