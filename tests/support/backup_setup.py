"""An installation with something in every kind of place that a backup holds, and its restoration elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select

from backups.making import make_backup
from backups.manifest import Manifest
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import open_database, tables
from database.encryption import Seal
from database.interface import Database, OpenDatabase
from settings import Settings
from tests.support.database import Registry

PEPPER, KEY = "p" * 22, "k" * 22
NUMBER = "+2290190000001"
REPORT = "bac-2026-abc.json"
TEXTS = {
    "menus/accueil.yaml": "fichier: menus\n",
    "gateways/routes.yaml": "routes: []\n",
    "locales/fr.po": "",
    "journeys/appel.txt": "*1#\n",
}


def settings_of(folder: Path, url: str = "", **values: Any) -> Settings:
    """The settings of an installation in this folder."""
    places = {name: folder / name for name in ("menus", "gateways", "locales", "journeys")}
    secrets = {"pepper": SecretStr(PEPPER), "rest_keys": SecretStr(KEY), "secret": SecretStr("s" * 22)}
    return Settings.model_validate(
        {**places, **secrets, "data": folder / "data", "database_url": SecretStr(url), **values}
    )


def write_folders(settings: Settings) -> None:
    """Write a file into each folder of the installation."""
    root = settings.menus.parent
    places = {root / name: text for name, text in TEXTS.items()} | {settings.data / "reports" / REPORT: "{}"}
    for path, text in places.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


async def fill(database: Database, many: int = 3) -> None:
    """Put messages into the outbox, each with its own address."""
    outbox = Outbox(database, Seal(KEY))
    for number in range(many):
        await outbox.enqueue(Message(f"m{number}", "sms", NUMBER, f"message {number}"))


class Installation:
    """An installation that is backed up, and a place for each that is restored."""

    def __init__(self, registry: Registry, folder: Path) -> None:
        self.database, self.server, self.folder = registry.database, registry.server, folder
        url = registry.settings.database_url.get_secret_value()
        self.settings = settings_of(folder / "first", url, data=registry.settings.data)

    async def back_up(self, name: str = "one.zin", *, verify: bool = False) -> tuple[Path, Manifest]:
        file = self.folder / name
        return file, await make_backup(self.settings, file, verify=verify)

    async def elsewhere(self, name: str = "second", **values: Any) -> Settings:
        """The settings of an empty installation beside this one."""
        return settings_of(self.folder / name, await self.server.new() if self.server else "", **values)


async def rows_of(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    return {
        name: (await database.rows(select(func.count().label("many")).select_from(table)))[0]["many"]
        for name, table in tables.metadata.tables.items()
    }


async def asked(settings: Settings, ask: Callable[[OpenDatabase], Awaitable[Any]]) -> Any:
    """Ask the database of these settings, and close it."""
    database = open_database(settings)
    try:
        return await ask(database)
    finally:
        await database.close()
