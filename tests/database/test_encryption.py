"""Encrypted texts are decrypted by the configured keys in their own row, and encrypted again while servers run."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from channels.contracts.phone_numbers import number_of_address
from channels.contracts.sender import Message
from database import key_rotation
from database.encryption import Seal
from database.key_rotation import rotate
from database.secret_fingerprints import needed
from settings import Secrets
from state.errors import SourceUnavailable, ZinError
from tests.support.encrypted_rows import NEW, NUMBER, OLD, Kept, unnamed

SECRETS = Secrets((), (), (), (), (), (OLD,), OLD)


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
def test_text_that_nobody_sealed_is_refused(sealed: str) -> None:
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


ALL = (
    {f"{NUMBER[:-1]}{number}" for number in range(1, 7)} | {NUMBER},
    {f'["{number}"]'.encode() for number in range(7)},
)


async def test_rotation_makes_the_old_key_unnecessary(kept: Kept) -> None:
    seal, keys = Seal(NEW, OLD), (NEW, OLD)
    assert await needed(kept.database, keys) == [OLD]
    done = await rotate(kept.database, seal, number_of_address)
    assert (done.resealed, done.unopened) == (14, 0)
    assert await needed(kept.database, keys) == []
    assert (await rotate(kept.database, seal, number_of_address)).resealed == 0
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
        await rotate(kept.database, seal, number_of_address)
    monkeypatch.setattr(kept.database, "write", write)
    assert await needed(kept.database, (NEW, OLD)) == [OLD]
    assert 0 < (await rotate(kept.database, seal, number_of_address)).resealed < 14
    assert await needed(kept.database, (NEW, OLD)) == []
    assert await kept.opened(NEW) == ALL


async def test_messages_are_sent_during_rotation(kept: Kept) -> None:
    seen: list[str] = []

    async def deliver() -> None:
        outbox = kept.outbox(NEW, OLD)
        for number in range(20):
            await outbox.enqueue(Message(f"n{number}", "sms", NUMBER, "Bonjour"))
            for one in await outbox.claim("sms", 3):
                seen.append(one.message.key)
                await outbox.sent(one, "")

    rotations = (rotate(kept.database, Seal(NEW, OLD), number_of_address) for _ in range(2))
    await asyncio.gather(deliver(), *rotations)
    assert len(seen) == len(set(seen)) == 27
    assert await needed(kept.database, (NEW, OLD)) == []


async def test_undecryptable_row_is_counted_and_unchanged(kept: Kept) -> None:
    done = await rotate(kept.database, Seal(NEW), number_of_address)
    assert (done.resealed, done.unopened) == (0, 14)
    assert await kept.opened(OLD) == ALL
