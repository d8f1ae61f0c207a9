"""Accounts of operators: unique names, passwords hashed with argon2id, and failed sign-ins that reveal nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import argon2
import pytest
from sqlalchemy import select

from accounts import passwords
from accounts.accounts import Account, AccountRefused, Accounts, Operator
from accounts.audit import Audit
from accounts.sign_in import MAX_WRONG, TooManyTries, WrongPassword
from authoring.replay.fakes import FakeClock
from database import tables
from state.errors import SourceUnavailable, StoreUnavailable
from state.store.memory import InMemory
from state.store.redis import Store
from tests.support.audit_entries import done
from tests.support.database import Registry

GOOD, OTHER = "un âne gris dort", "trois ânes gris dorment"
BY = "console:root"


@pytest.fixture
async def tries() -> AsyncIterator[InMemory]:
    store = InMemory()
    yield store
    await store.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def accounts(registry: Registry, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    """Accounts whose hashes cost nothing."""
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(1, 8, 1))
    return Accounts(registry.database, clock)


async def audited(registry: Registry) -> list[tuple[str, str, str, dict[str, str]]]:
    entries = await done(registry.database)
    return [(one.operator, one.action, one.subject, dict(one.details)) for one in entries]


async def kept(registry: Registry, name: str = "awa") -> str:
    rows = await registry.database.rows(select(tables.operators.c.password).where(tables.operators.c.name == name))
    return str(rows[0]["password"])


async def test_account_signs_in_by_name_and_password(accounts: Accounts, tries: InMemory) -> None:
    await accounts.add("awa", "approver", GOOD, BY)
    await accounts.add("bio-2.dossou", "importer", OTHER, BY)
    assert await accounts.sign_in("awa", GOOD, tries) == Operator("awa", "approver")
    assert await accounts.sign_in("bio-2.dossou", OTHER, tries) == Operator("bio-2.dossou", "importer")


async def test_accounts_are_listed_without_passwords(accounts: Accounts, clock: FakeClock) -> None:
    start = round(clock.now)
    await accounts.add("bio", "viewer", GOOD, BY)
    clock.now += 60
    await accounts.add("awa", "importer", GOOD, BY)
    await accounts.close("bio", BY)
    assert await accounts.known() == [
        Account("awa", "importer", start + 60, None),
        Account("bio", "viewer", start, start + 60),
    ]


async def test_audit_has_every_change_and_no_password(registry: Registry, accounts: Accounts) -> None:
    await accounts.add("awa", "approver", GOOD, BY)
    await accounts.change_password("awa", OTHER, "awa")
    await accounts.close("awa", BY)
    assert await audited(registry) == [
        (BY, "operators add", "awa", {"role": "approver"}),
        ("awa", "operators password", "awa", {}),
        (BY, "operators close", "awa", {}),
    ]
    assert (await Audit(registry.database).verify()).fault is None


async def test_a_change_that_is_refused_leaves_no_trace(registry: Registry, accounts: Accounts) -> None:
    await accounts.add("awa", "approver", GOOD, BY)
    before = await audited(registry), await kept(registry)
    refused = [
        accounts.add("awa", "viewer", OTHER, BY),
        accounts.add("bio", "viewer", "court", BY),
        accounts.change_password("awa", "court", BY),
        accounts.change_password("bio", OTHER, BY),
        accounts.close("bio", BY),
        accounts.close("x\0'; --", BY),
    ]
    for change in refused:
        with pytest.raises(AccountRefused):
            await change
    assert (await audited(registry), await kept(registry)) == before
    assert len(await accounts.known()) == 1


async def test_account_without_its_audit_entry_is_not_created(registry: Registry, accounts: Accounts) -> None:
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("DROP TABLE audit;")
    with pytest.raises(SourceUnavailable):
        await accounts.add("awa", "approver", GOOD, BY)
    assert await accounts.known() == []


async def test_a_name_is_never_given_again(accounts: Accounts) -> None:
    await accounts.add("awa", "approver", GOOD, BY)
    await accounts.close("awa", BY)
    with pytest.raises(AccountRefused, match="déjà pris"):
        await accounts.add("awa", "viewer", OTHER, BY)
    for change in (accounts.close("awa", BY), accounts.change_password("awa", OTHER, BY)):
        with pytest.raises(AccountRefused, match="pas de compte ouvert"):
            await change


async def test_account_name_goes_to_one_of_many(registry: Registry, accounts: Accounts) -> None:
    adding = (Accounts(registry.database).add("awa", "viewer", GOOD, f"console:{n}") for n in range(5))
    ended = await asyncio.gather(*adding, return_exceptions=True)
    assert [type(one) for one in ended if one is not None] == [AccountRefused] * 4
    assert len(await audited(registry)) == 1


NAMES = ["", "a", "Awa", "éva", "1awa", "-awa", "awa dossou", "awa_d", "awa\n", "console:root", "a" * 41, "a'--"]


@pytest.mark.parametrize("name", NAMES)
async def test_account_name_outside_the_pattern_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountRefused, match="Nom refusé"):
        await accounts.add(name, "viewer", GOOD, BY)


@pytest.mark.parametrize("name", ["aa", "a1", "a" * 40, "a.b-c"])
async def test_a_name_at_the_edge_is_taken(accounts: Accounts, name: str) -> None:
    await accounts.add(name, "viewer", GOOD, BY)
    assert [account.name for account in await accounts.known()] == [name]


async def test_an_accent_is_the_same_from_every_keyboard(accounts: Accounts, tries: InMemory) -> None:
    await accounts.add("awa", "viewer", "un a\u0302ne gris dort", BY)
    assert await accounts.sign_in("awa", "un \u00e2ne gris dort", tries)


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


class Gone(InMemory):
    async def get(self, key: str) -> bytes:
        raise StoreUnavailable("fails on purpose")


async def test_nobody_signs_in_while_tries_cannot_be_counted(accounts: Accounts) -> None:
    await accounts.add("awa", "viewer", GOOD, BY)
    with pytest.raises(StoreUnavailable):
        await accounts.sign_in("awa", GOOD, Gone())


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
