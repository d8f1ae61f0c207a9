"""Signing in to an account: one text for every failure, a lock after ten of them, and renewed hashes."""

from __future__ import annotations

import asyncio

import argon2
import pytest

from accounts import passwords
from accounts.accounts import Accounts, Operator
from accounts.sign_in import MAX_WRONG, TooManyTries, WrongPassword
from state.errors import SourceUnavailable, StoreUnavailable
from state.store.interface import Store
from state.store.memory import InMemory
from tests.support.account_rows import BY, GOOD, OTHER, audited, kept
from tests.support.database import Registry
from tests.support.failing_store import FailingStore


async def test_account_signs_in_by_name_and_password(accounts: Accounts, tries: InMemory) -> None:
    await accounts.add("awa", "approver", GOOD, BY)
    await accounts.add("bio-2.dossou", "importer", OTHER, BY)
    assert await accounts.sign_in("awa", GOOD, tries) == Operator("awa", "approver")
    assert await accounts.sign_in("bio-2.dossou", OTHER, tries) == Operator("bio-2.dossou", "importer")


async def test_sign_in_failures_share_one_text(accounts: Accounts, tries: InMemory) -> None:
    for name in ("awa", "bio"):
        await accounts.add(name, "viewer", GOOD, BY)
    await accounts.close("bio", BY)
    texts = set()
    for name, password in [
        ("awa", OTHER), ("awa", GOOD.upper()), ("awa", ""), ("awa", "\udcff"), ("bio", GOOD), ("nobody", GOOD),
        ("Awa", GOOD), ("", ""), ("x\0", GOOD), ("\udcff", GOOD),
    ]:  # fmt: skip
        with pytest.raises(WrongPassword) as wrong:
            await accounts.sign_in(name, password, tries)
        texts.add(str(wrong.value))
    assert texts == {"Nom ou mot de passe incorrect."}


async def test_new_password_replaces_the_old_one(accounts: Accounts, tries: InMemory) -> None:
    await accounts.add("awa", "viewer", GOOD, BY)
    await accounts.change_password("awa", OTHER, BY)
    assert await accounts.sign_in("awa", OTHER, tries)
    with pytest.raises(WrongPassword):
        await accounts.sign_in("awa", GOOD, tries)


@pytest.mark.parametrize("broken", ["", "nonsense", "$argon2id$"])
async def test_a_hash_that_somebody_broke_opens_to_nobody(
    registry: Registry, accounts: Accounts, tries: InMemory, broken: str
) -> None:
    await accounts.add("awa", "viewer", GOOD, BY)
    async with registry.database.exclusive_transaction() as writer:
        await writer.run(f"UPDATE operators SET password = '{broken}';")
    with pytest.raises((WrongPassword, SourceUnavailable)):
        await accounts.sign_in("awa", GOOD, tries)


async def wrong(accounts: Accounts, tries: Store, name: str = "awa", times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            await accounts.sign_in(name, OTHER, tries)


@pytest.mark.parametrize("name", ["awa", "nobody"])
async def test_ten_wrong_passwords_lock_the_account(accounts: Accounts, tries: InMemory, name: str) -> None:
    await accounts.add("awa", "viewer", GOOD, BY)
    await accounts.add("bio", "viewer", GOOD, BY)
    await wrong(accounts, tries, name, MAX_WRONG)
    for password in (GOOD, OTHER):
        with pytest.raises(TooManyTries, match="réessayez dans 15 minutes"):
            await accounts.sign_in(name, password, tries)
    assert await accounts.sign_in("bio", GOOD, tries)  # only one name is slowed
    assert all(name not in key for key in tries.entries)  # somebody may have typed a password in place of a name


async def test_nine_wrong_passwords_lock_nobody(accounts: Accounts, tries: InMemory) -> None:
    await accounts.add("awa", "viewer", GOOD, BY)
    await wrong(accounts, tries, times=MAX_WRONG - 1)
    for _ in range(MAX_WRONG):
        assert await accounts.sign_in("awa", GOOD, tries)


class Lives(InMemory):
    """A store that notes for how long it was asked to count."""

    def __init__(self) -> None:
        super().__init__()
        self.lives: list[float] = []

    async def increment(self, key: str, life: float) -> int:
        self.lives.append(life)
        return await super().increment(key, life)


async def test_wrong_passwords_expire_after_fifteen_minutes(accounts: Accounts) -> None:
    tries = Lives()
    await accounts.add("awa", "viewer", GOOD, BY)
    await wrong(accounts, tries, times=MAX_WRONG)
    with pytest.raises(TooManyTries):
        await accounts.sign_in("awa", GOOD, tries)
    assert set(tries.lives) == {15 * 60}
    await tries.close()
    assert await accounts.sign_in("awa", GOOD, tries)


async def test_tries_at_the_same_moment_are_counted_too(accounts: Accounts, tries: InMemory) -> None:
    await accounts.add("awa", "viewer", GOOD, BY)
    for many in (5, 5, 5):
        at_once = (accounts.sign_in("awa", OTHER, tries) for _ in range(many))
        ended = await asyncio.gather(*at_once, return_exceptions=True)
        if isinstance(ended[-1], TooManyTries):
            break
    assert [type(one) for one in ended] == [TooManyTries] * 5
    assert int(await tries.get(next(key for key in tries.entries if key.startswith("wrong-password:")))) == MAX_WRONG


async def test_nobody_signs_in_while_tries_cannot_be_counted(accounts: Accounts) -> None:
    await accounts.add("awa", "viewer", GOOD, BY)
    with pytest.raises(StoreUnavailable):
        await accounts.sign_in("awa", GOOD, FailingStore())


async def test_missing_database_is_no_wrong_password(registry: Registry, accounts: Accounts, tries: InMemory) -> None:
    await accounts.add("awa", "viewer", GOOD, BY)
    await registry.database.close()
    await registry.stop()
    with pytest.raises(SourceUnavailable):
        await accounts.sign_in("awa", GOOD, tries)
    assert tries.entries == {}


async def test_outdated_hash_is_renewed_at_sign_in(
    registry: Registry, accounts: Accounts, tries: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accounts.add("awa", "viewer", GOOD, BY)
    before = await kept(registry)
    assert await accounts.sign_in("awa", GOOD, tries)
    assert await kept(registry) == before
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(2, 16, 1))
    await wrong(accounts, tries)
    assert await kept(registry) == before
    assert await accounts.sign_in("awa", GOOD, tries)
    assert "$m=16,t=2,p=1$" in await kept(registry)
    assert await accounts.sign_in("awa", GOOD, tries)
    assert len(await audited(registry)) == 1  # nobody did anything


async def test_password_changed_during_sign_in_stays_changed(
    accounts: Accounts, tries: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accounts.add("awa", "viewer", GOOD, BY)
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(2, 16, 1))
    hashed = passwords.hashed

    async def changed_meanwhile(password: str) -> str:
        monkeypatch.setattr(passwords, "hashed", hashed)
        await accounts.change_password("awa", OTHER, BY)
        return await hashed(password)

    monkeypatch.setattr(passwords, "hashed", changed_meanwhile)
    assert await accounts.sign_in("awa", GOOD, tries)
    assert await accounts.sign_in("awa", OTHER, tries)
    with pytest.raises(WrongPassword):
        await accounts.sign_in("awa", GOOD, tries)
