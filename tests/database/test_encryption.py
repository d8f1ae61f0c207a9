"""What is sealed opens with the keys that are given, in its own row only, and is sealed anew while servers run."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import insert, select, update

from channels.contracts.sender import Message
from channels.deferred.repository import DeferredRepository, NewDeferred
from channels.outbox.opt_outs import OptOuts
from channels.outbox.repository import Outbox
from database import key_rotation, tables
from database.encryption import Seal, _key
from database.key_rotation import rotate
from database.secret_fingerprints import SecretsWrong, check_secrets, fingerprint, needed
from settings import Secrets
from state.errors import SourceUnavailable, ZinError
from tests.support.database import Registry

OLD, NEW, NUMBER = "an old secret of the tests", "a new secret of the tests", "+2290190000001"
SECRETS = Secrets((), (), (), (), (), (OLD,), OLD)
_O, _P = tables.outbox.c, tables.promises.c


def given(*rest: str, pepper: str = OLD) -> Secrets:
    return Secrets((), (), (), (), (), rest, pepper)


def unnamed(text: str, secret: str = OLD) -> str:
    """Sealed as it was before keys had names."""
    return Fernet(base64.urlsafe_b64encode(_key(secret))).encrypt(text.encode()).decode()


def test_text_is_decrypted_for_its_row_only() -> None:
    seal = Seal(OLD)
    sealed = seal.encrypt(NUMBER, "outbox", "k1")
    assert seal.decrypt(sealed, "outbox", "k1") == NUMBER
    for table, row in (("outbox", "k2"), ("promises", "k1"), ("", ""), ("outbox", "k1\0+229")):
        with pytest.raises(ZinError, match="for another row"):
            seal.decrypt(sealed, table, row)


def test_text_without_its_key_name_is_refused() -> None:
    sealed = Seal(OLD).encrypt(NUMBER, "outbox", "k1")
    with pytest.raises(ZinError):
        Seal(OLD).decrypt(sealed.partition(".")[2], "outbox", "k1")


@pytest.mark.parametrize("sealed", ["", ".", "a.b", "gAAAA", "é.x", f"{Seal(OLD).name}.", "\0", "00000000." + "g" * 99])
def test_what_nobody_sealed_is_told_in_a_line(sealed: str) -> None:
    with pytest.raises(ZinError, match="ZIN_REST_KEYS"):
        Seal(OLD).decrypt(sealed, "outbox", "k1")


def test_first_key_encrypts_and_all_keys_decrypt() -> None:
    both = Seal(NEW, OLD)
    for sealed in (
        Seal(OLD).encrypt(NUMBER, "outbox", "k1"),
        Seal(NEW).encrypt(NUMBER, "outbox", "k1"),
        unnamed(NUMBER),
    ):
        assert both.decrypt(sealed, "outbox", "k1") == NUMBER
    fresh = both.encrypt(NUMBER, "outbox", "k1")
    assert Seal(NEW).decrypt(fresh, "outbox", "k1") == NUMBER
    with pytest.raises(ZinError):
        Seal(OLD).decrypt(fresh, "outbox", "k1")


class Kept:
    """What was kept under the old key: messages and promises, some of them from before keys had names."""

    def __init__(self, registry: Registry) -> None:
        self.database = registry.database

    def outbox(self, *keys: str) -> Outbox:
        return Outbox(self.database, Seal(*keys))

    def promises(self, *keys: str) -> DeferredRepository:
        return DeferredRepository(self.database, Seal(*keys))

    async def fill(self, many: int = 7) -> None:
        for number in range(many):
            await self.outbox(OLD).enqueue(Message(f"m{number}", "sms", f"{NUMBER[:-1]}{number % 10}", "Bonjour"))
            await self.promises(OLD).add(NewDeferred(f"p{number}", "changes", "c" * 32, f'["{number}"]'.encode()))
        text = update(tables.outbox).where(_O.key == "m0").values(address=unnamed(NUMBER)).returning(_O.key)
        await self.database.write(text)
        text = update(tables.promises).where(_P.key == "p0").values(sealed=unnamed('["0"]')).returning(_P.key)
        await self.database.write(text)

    async def opened(self, *keys: str) -> tuple[set[str], set[bytes]]:
        messages = await self.outbox(*keys).claim(1000)
        promises = await self.promises(*keys).claim(1000)
        return {one.message.address for one in messages}, {one.payload for one in promises}


@pytest.fixture
async def kept(registry: Registry) -> Kept:
    found = Kept(registry)
    await found.fill()
    return found


ALL = (
    {f"{NUMBER[:-1]}{number}" for number in range(1, 7)} | {NUMBER},
    {f'["{number}"]'.encode() for number in range(7)},
)


async def test_rotation_makes_the_old_key_unnecessary(kept: Kept) -> None:
    seal, keys = Seal(NEW, OLD), (NEW, OLD)
    assert await needed(kept.database, keys) == [OLD]
    done = await rotate(kept.database, seal)
    assert (done.resealed, done.unopened) == (14, 0)
    assert await needed(kept.database, keys) == []
    assert (await rotate(kept.database, seal)).resealed == 0
    assert await kept.opened(NEW) == ALL


async def test_killed_rotation_resumes(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    seal, write, done = Seal(NEW, OLD), kept.database.write, 0

    async def dies(statement: Any, **values: object) -> list[dict[str, Any]]:
        nonlocal done
        done += 1
        if done > 5:
            raise SourceUnavailable("fails on purpose")
        return await write(statement, **values)

    monkeypatch.setattr(kept.database, "write", dies)
    with pytest.raises(SourceUnavailable):
        await rotate(kept.database, seal)
    monkeypatch.setattr(kept.database, "write", write)
    assert await needed(kept.database, (NEW, OLD)) == [OLD]
    assert 0 < (await rotate(kept.database, seal)).resealed < 14
    assert await needed(kept.database, (NEW, OLD)) == []
    assert await kept.opened(NEW) == ALL


async def test_messages_are_sent_during_rotation(kept: Kept) -> None:
    seen: list[str] = []

    async def deliver() -> None:
        outbox = kept.outbox(NEW, OLD)
        for number in range(20):
            await outbox.enqueue(Message(f"n{number}", "sms", NUMBER, "Bonjour"))
            for one in await outbox.claim(3):
                seen.append(one.message.key)
                await outbox.sent(one, "")

    await asyncio.gather(deliver(), rotate(kept.database, Seal(NEW, OLD)), rotate(kept.database, Seal(NEW, OLD)))
    assert len(seen) == len(set(seen)) == 27
    assert await needed(kept.database, (NEW, OLD)) == []


async def test_undecryptable_row_is_counted_and_unchanged(kept: Kept) -> None:
    done = await rotate(kept.database, Seal(NEW))
    assert (done.resealed, done.unopened) == (0, 14)
    assert await kept.opened(OLD) == ALL


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
    broken = update(tables.outbox).where(_O.key == "m1").values(address=f"{Seal(OLD).name}.gAAAA").returning(_O.key)
    await kept.database.write(broken)
    await check_secrets(kept.database, given(OLD))


async def test_start_with_another_pepper_is_refused(registry: Registry) -> None:
    await check_secrets(registry.database, given(OLD, pepper="a pepper"))
    await check_secrets(registry.database, given(OLD, pepper="another"))  # nothing is lost yet
    await OptOuts(registry.database).add("a" * 32)
    with pytest.raises(SecretsWrong, match="ZIN_PEPPER"):
        await check_secrets(registry.database, given(OLD, pepper="a pepper"))
    await check_secrets(registry.database, given(OLD, pepper="another"))


async def test_concurrent_starts_agree_on_the_pepper(registry: Registry) -> None:
    await asyncio.gather(*(check_secrets(registry.database, given(OLD)) for _ in range(5)))
    (row,) = await registry.database.rows(select(tables.fingerprints))
    assert row["value"] == fingerprint(OLD)
    assert OLD not in str(row)


async def test_older_installation_records_its_pepper(registry: Registry) -> None:
    added = insert(tables.opted_out).values(citizen="a" * 32, since=1).returning(tables.opted_out.c.citizen)
    await registry.database.write(added)
    await check_secrets(registry.database, given(OLD))
    with pytest.raises(SecretsWrong, match="ZIN_PEPPER"):
        await check_secrets(registry.database, given(OLD, pepper=NEW))
