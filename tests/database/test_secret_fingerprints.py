"""Starts are refused when the keys or the pepper are not those of the stored data."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert, select, update

from channels.outbox.opt_outs import OptOuts
from database import tables
from database.encryption import Seal
from database.secret_fingerprints import SecretsWrong, check_secrets, fingerprint
from settings import Secrets
from tests.support.database import Registry
from tests.support.encrypted_rows import MESSAGE, NEW, OLD, Kept


def given(*rest: str, pepper: str = OLD) -> Secrets:
    return Secrets((), (), (), (), (), rest, pepper)


async def test_start_without_a_needed_key_is_refused(kept: Kept) -> None:
    await check_secrets(kept.database, given(OLD))
    await check_secrets(kept.database, given(NEW, OLD))
    with pytest.raises(SecretsWrong, match="ZIN_REST_KEYS"):
        await check_secrets(kept.database, given(NEW))


async def test_start_with_undecryptable_unnamed_rows_is_refused(registry: Registry) -> None:
    kept = Kept(registry)
    await kept.fill(1)
    await check_secrets(kept.database, given(OLD))
    with pytest.raises(SecretsWrong, match="ZIN_REST_KEYS"):
        await check_secrets(kept.database, given(NEW))


async def test_one_altered_row_stops_no_start(kept: Kept) -> None:
    broken = (
        update(tables.outbox)
        .where(MESSAGE.key == "m1")
        .values(address=f"{Seal(OLD).name}.gAAAA")
        .returning(MESSAGE.key)
    )
    await kept.database.write(broken)
    await check_secrets(kept.database, given(OLD))


async def test_start_with_another_pepper_is_refused(registry: Registry) -> None:
    await check_secrets(registry.database, given(OLD, pepper="a pepper"))
    await check_secrets(registry.database, given(OLD, pepper="another"), may_replace=True)  # nothing is lost yet
    await OptOuts(registry.database).add("a" * 32)
    with pytest.raises(SecretsWrong, match="ZIN_PEPPER"):
        await check_secrets(registry.database, given(OLD, pepper="a pepper"))
    await check_secrets(registry.database, given(OLD, pepper="another"))


@pytest.mark.parametrize(
    ("second", "named"),
    [(given(OLD, pepper="another"), "ZIN_PEPPER"), (given(NEW, pepper="a pepper"), "ZIN_REST_KEYS")],
)
async def test_second_server_with_other_secrets_is_refused(second: Secrets, named: str, registry: Registry) -> None:
    await check_secrets(registry.database, given(OLD, pepper="a pepper"))
    with pytest.raises(SecretsWrong, match=f"{named} .*`zin migrate` takes them"):
        await check_secrets(registry.database, second)
    await check_secrets(registry.database, second, may_replace=True)
    with pytest.raises(SecretsWrong, match=named):
        await check_secrets(registry.database, given(OLD, pepper="a pepper"))


async def test_key_that_is_put_first_is_noted(registry: Registry) -> None:
    await check_secrets(registry.database, given(OLD))
    await check_secrets(registry.database, given(NEW, OLD))
    await check_secrets(registry.database, given(NEW))
    with pytest.raises(SecretsWrong, match="ZIN_REST_KEYS"):
        await check_secrets(registry.database, given(OLD))


async def test_concurrent_starts_agree_on_the_pepper(registry: Registry) -> None:
    await asyncio.gather(*(check_secrets(registry.database, given(OLD)) for _ in range(5)))
    rows = await registry.database.rows(select(tables.fingerprints).order_by(tables.fingerprints.c.name))
    assert [row["name"] for row in rows] == ["pepper", "rest"]
    assert rows[0]["value"] == fingerprint(OLD)
    assert OLD not in str(rows)


async def test_older_installation_records_its_pepper(registry: Registry) -> None:
    added = insert(tables.opted_out).values(citizen="a" * 32, since=1).returning(tables.opted_out.c.citizen)
    await registry.database.write(added)
    await check_secrets(registry.database, given(OLD))
    with pytest.raises(SecretsWrong, match="ZIN_PEPPER"):
        await check_secrets(registry.database, given(OLD, pepper=NEW))
