"""Checks at start that the configured pepper and keys are those of the stored data.

With another pepper no opt-out would be found, and with other keys no deferred answer could be sent. Both would go
unnoticed, so Zin refuses to start with them. A fingerprint of the pepper is stored, and the name of the key with which
new rows are sealed: two servers with different secrets are refused before they store anything. Neither reveals its
secret, which has at least 128 bits in production. Other secrets replace them only while nothing is stored, and in
production only by `zin migrate`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Select, Table, bindparam, exists, literal, or_, select

from database import tables
from database.encryption import Seal, key_name
from database.interface import Database
from database.key_rotation import SEALED
from settings import Secrets
from state.errors import ZinError

PEPPER, REST = "pepper", "rest"
MAX_OPENED: Final = 20  # rows without a key name; one of them must be decryptable
_F = tables.fingerprints.c
KNOWN: Final = select(_F.value).where(_F.name == bindparam("called"))
_HASHED: Final = (tables.consents, tables.opted_out, tables.preferences, tables.promises)
HASHED: Final = select(or_(*(exists(select(literal(1)).select_from(table)) for table in _HASHED)).label("met"))


SAME_EVERYWHERE: Final = (
    "give every server the same secrets; if these are right and nothing is stored yet, `zin migrate` takes them"
)


class SecretsWrong(ZinError):
    """The pepper or a key is not that of the stored data."""


async def check_secrets(database: Database, secrets: Secrets, *, may_replace: bool = False) -> None:
    """Raise SecretsWrong, in one line, if these secrets do not fit the stored data. Raises SourceUnavailable.

    may_replace: while nothing is stored, take these secrets in place of those of an earlier start.
    """
    await _check_pepper(database, secrets.pepper, may_replace=may_replace)
    seal = Seal(*secrets.rest)
    for table, column in SEALED:
        await _check_sealed(database, seal, table, column)
    await _check_key(database, secrets.rest, may_replace=may_replace)


async def needed(database: Database, keys: Sequence[str]) -> list[str]:
    """The keys at rest, without the first, that stored data still needs. Raises SourceUnavailable."""
    unnamed, found = False, set[str]()
    for _, column in SEALED:
        unnamed |= bool(await database.rows(_unnamed(column)))
        for key in keys[1:]:
            if await database.rows(select(column).where(column.like(f"{key_name(key)}.%")).limit(1)):
                found.add(key)
    return [key for key in keys[1:] if unnamed or key in found]


def fingerprint(pepper: str) -> str:
    """The stored fingerprint of the pepper."""
    return hashlib.blake2b(key=pepper.encode()[:64], digest_size=16, person=b"zin pepper name").hexdigest()


async def _check_pepper(database: Database, pepper: str, *, may_replace: bool) -> None:
    row = {"name": PEPPER, "value": fingerprint(pepper), "since": round(time.time())}
    await database.insert_once(tables.fingerprints, row)
    (stored,) = await database.rows(KNOWN, called=PEPPER)
    if stored["value"] == row["value"]:
        return
    if (await database.rows(HASHED))[0]["met"]:
        raise SecretsWrong(
            "ZIN_PEPPER is not the one with which STOP, languages and promises are kept here: set it as it was"
            " (where it was never set, it was ZIN_SECRET)"
        )
    if not may_replace:
        raise SecretsWrong(f"ZIN_PEPPER is not that of the first start: {SAME_EVERYWHERE}")
    await database.upsert(tables.fingerprints, row)


async def _check_key(database: Database, keys: Sequence[str], *, may_replace: bool) -> None:
    """Note the key with which rows are sealed from now on; the one that was noted is among the keys."""
    row = {"name": REST, "value": key_name(keys[0]), "since": round(time.time())}
    await database.insert_once(tables.fingerprints, row)
    (stored,) = await database.rows(KNOWN, called=REST)
    if stored["value"] == row["value"]:
        return
    if stored["value"] not in map(key_name, keys) and not (may_replace or await _is_sealed(database)):
        raise SecretsWrong(f"ZIN_REST_KEYS has not the key of the first start: {SAME_EVERYWHERE}")
    await database.upsert(tables.fingerprints, row)


async def _is_sealed(database: Database) -> bool:
    """Return whether anything is sealed; then the rows themselves say which keys are needed."""
    for table, column in SEALED:
        if await database.rows(select(column).select_from(table).limit(1)):
            return True
    return False


async def _check_sealed(database: Database, seal: Seal, table: Table, column: Column[Any]) -> None:
    others = (column.not_like(f"{name}.%") for name in seal.names)
    if await database.rows(select(table.c.key).where(column.like("%.%"), *others).limit(1)):
        raise _unopened(table)
    rows = await database.rows(_unnamed(column, MAX_OPENED))
    if rows and not any(_opens(seal, row) for row in rows):
        raise _unopened(table)


def _unnamed(column: Column[Any], most: int = 1) -> Select[Any]:
    """The rows encrypted before keys had names."""
    return select(column.label("sealed")).where(column.not_like("%.%")).limit(most)


def _opens(seal: Seal, row: Any) -> bool:
    try:
        return bool(seal.decrypt(row["sealed"], "", ""))
    except ZinError:
        return False


def _unopened(table: Table) -> SecretsWrong:
    return SecretsWrong(
        f"{table.name}: something is sealed with a key that is not given: add it behind the others in ZIN_REST_KEYS"
        " (where it was never set, it was ZIN_SECRET)"
    )
