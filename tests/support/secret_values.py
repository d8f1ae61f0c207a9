"""Secrets and settings for tests."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import update

from channels.contracts.sender import Message
from channels.deferred.repository import DeferredRepository, NewDeferred
from channels.outbox.opt_outs import OptOuts
from channels.outbox.repository import Outbox
from database import open_database, tables
from database.encryption import Seal, _key
from database.migrations import migrate
from database.preferences import Choice, PreferenceRepository
from settings import Settings
from state.identity import Pseudonyms
from state.interfaces import Inbound, Recipient
from state.preferences import Preference

A, B, C, D = (letter * 22 for letter in "abcd")
ROOT = Path(__file__).parents[2]
NUMBER = "+2290190000001"


def settings(**values: str) -> Settings:
    return Settings.model_validate({"env": "production", **values})


def printed(*words: str, **values: str) -> str:
    """What `zin` prints with these settings."""
    env = {**os.environ, **{f"ZIN_{name.upper()}": value for name, value in {"env": "production", **values}.items()}}
    command = [str(Path(sys.executable).with_name("zin")), *words]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True).stdout


KEY = Fernet(base64.urlsafe_b64encode(_key(A)))


async def fill(data: Path) -> None:
    """An installation of before: one secret, what is sealed bound to no row."""
    database = open_database(settings(secret=A, data=str(data)))
    await migrate(database)
    names, to = Pseudonyms(A), Recipient("sms", NUMBER)
    await OptOuts(database).add(names.of_recipient(to))
    await PreferenceRepository(database, 3.0).keep_all(
        {names.across_channels(HERE): Choice(Preference("fon"), int(time.time()))}
    )
    await Outbox(database, Seal(A)).enqueue(Message("m1", "sms", NUMBER, "Bonjour"))
    await DeferredRepository(database, Seal(A)).add(NewDeferred("p1", "changes", names.of_recipient(to), b'["owed"]'))
    for table, column, text in ((tables.outbox, "address", NUMBER), (tables.promises, "sealed", '["owed"]')):
        old = {column: KEY.encrypt(text.encode()).decode()}
        await database.write(update(table).values(old).returning(table.c.key))
    await database.close()


HERE = Inbound("africastalking_sms", NUMBER, "", "", inputs_are_cumulative=False)
