"""Accounts of operators: unique names, a list without passwords, and an audit entry for every change."""

from __future__ import annotations

import asyncio

import pytest

from accounts.accounts import Account, Accounts
from accounts.audit import Audit
from accounts.refusals import AccountRefused
from authoring.replay.fakes import FakeClock
from state.errors import SourceUnavailable
from state.store.memory import InMemory
from tests.support.account_rows import BY, GOOD, OTHER, audited, kept
from tests.support.database import Registry


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
