"""What administrators do with accounts of others: links that work once, roles, ended visits, and who is refused."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from accounts.accounts import Accounts, Operator, Standing
from accounts.administration import NO_ADMINISTRATOR, NOT_ALONE, SAME_ROLE, Administration
from accounts.links import LINK_SECONDS, USELESS, AccountLinks
from accounts.refusals import AccountRefused
from accounts.sign_in import WrongPassword
from authoring.replay.fakes import FakeClock
from database import tables
from state.store.memory import InMemory
from tests.support.account_rows import BY, GOOD, OTHER, audited
from tests.support.database import Registry


@pytest.fixture
def links(registry: Registry, clock: FakeClock) -> AccountLinks:
    return AccountLinks(registry.database, clock)


async def test_invited_person_chooses_a_password_once(
    registry: Registry, accounts: Accounts, administration: Administration, links: AccountLinks, tries: InMemory
) -> None:
    token = await administration.invite("ada", "bio", "editor")
    assert [one.is_invited for one in await accounts.known()] == [False, True, False]
    with pytest.raises(WrongPassword):
        await accounts.sign_in("bio", "", tries)
    with pytest.raises(AccountRefused, match="12 caractères"):
        await links.use(token, "court")
    await links.use(token, OTHER)
    assert await accounts.sign_in("bio", OTHER, tries) == Operator("bio", "editor")
    with pytest.raises(AccountRefused, match=USELESS):
        await links.use(token, GOOD)
    assert (await audited(registry))[2:] == [
        ("ada", "operators invite", "bio", {"role": "editor"}),
        ("bio", "operators join", "bio", {"link": "ada"}),
    ]


async def test_database_has_no_token_of_a_link(registry: Registry, administration: Administration) -> None:
    token = await administration.invite("ada", "bio", "editor")
    (row,) = await registry.database.rows(select(*tables.account_links.c))
    assert token not in str(row)
    assert token not in str(await audited(registry))


async def test_one_of_two_uses_of_a_link_counts(administration: Administration, links: AccountLinks) -> None:
    token = await administration.invite("ada", "bio", "editor")
    used = await asyncio.gather(links.use(token, GOOD), links.use(token, OTHER), return_exceptions=True)
    assert [str(one) for one in used if isinstance(one, AccountRefused)] == [USELESS]


async def test_link_expires_and_is_replaced(
    administration: Administration, links: AccountLinks, clock: FakeClock
) -> None:
    first = await administration.invite("ada", "bio", "editor")
    second = await administration.renew_link("odile", "bio")
    with pytest.raises(AccountRefused, match=USELESS):
        await links.find(first)
    clock.now += LINK_SECONDS - 1
    assert (await links.find(second)).made_by == "odile"
    clock.now += 1
    with pytest.raises(AccountRefused, match=USELESS):
        await links.find(second)


async def test_old_password_serves_until_the_link_is_used(
    accounts: Accounts, administration: Administration, links: AccountLinks, tries: InMemory
) -> None:
    await accounts.add("bio", "viewer", GOOD, BY)
    token = await administration.renew_link("ada", "bio")
    before = await accounts.standing("bio")
    assert await accounts.sign_in("bio", GOOD, tries)
    await links.use(token, OTHER)
    assert await accounts.standing("bio") != before
    with pytest.raises(WrongPassword):
        await accounts.sign_in("bio", GOOD, tries)


async def test_closed_account_keeps_no_link(administration: Administration, links: AccountLinks) -> None:
    token = await administration.invite("ada", "bio", "editor")
    await administration.close("ada", "bio")
    with pytest.raises(AccountRefused, match=USELESS):
        await links.use(token, GOOD)
    for change in (administration.renew_link("ada", "bio"), administration.close("ada", "bio")):
        with pytest.raises(AccountRefused, match="pas de compte ouvert"):
            await change


async def test_role_and_visits_change_with_before_and_after(
    registry: Registry, accounts: Accounts, administration: Administration
) -> None:
    await accounts.add("bio", "viewer", GOOD, BY)
    before = await accounts.standing("bio")
    await administration.change_role("ada", "bio", "editor")
    assert before
    assert await accounts.standing("bio") == Standing("editor", "", before.proof)
    await administration.end_visits("ada", "bio")
    assert await accounts.standing("bio") != Standing("editor", "", before.proof)
    with pytest.raises(AccountRefused, match=SAME_ROLE):
        await administration.change_role("ada", "bio", "editor")
    assert (await audited(registry))[3:] == [
        ("ada", "operators role", "bio", {"before": "viewer", "after": "editor"}),
        ("ada", "operators visits", "bio", {}),
    ]


async def test_nobody_changes_their_own_account(administration: Administration) -> None:
    changes = (
        administration.renew_link("ada", "ada"),
        administration.change_role("ada", "ada", "viewer"),
        administration.end_visits("ada", "ada"),
        administration.close("ada", "ada"),
    )
    for change in changes:
        with pytest.raises(AccountRefused, match=NOT_ALONE):
            await change


@pytest.mark.parametrize("by", ["bio", "zoe", "console:root"])
async def test_others_than_administrators_are_refused(
    accounts: Accounts, administration: Administration, by: str
) -> None:
    await accounts.add("bio", "approver", GOOD, BY)
    for change in (administration.invite(by, "new", "viewer"), administration.close(by, "odile")):
        with pytest.raises(AccountRefused, match=NO_ADMINISTRATOR):
            await change
    assert "new" not in [one.name for one in await accounts.known()]


async def test_last_two_administrators_cannot_lock_each_other_out(
    accounts: Accounts, administration: Administration
) -> None:
    """Each removes the other at the same moment: the second one does not administer any more when its turn comes."""
    acts = (administration.close("ada", "odile"), administration.change_role("odile", "ada", "viewer"))
    ended = await asyncio.gather(*acts, return_exceptions=True)
    assert [str(one) for one in ended if one is not None] == [NO_ADMINISTRATOR]
    left = [one.name for one in await accounts.known() if one.role == "admin" and one.closed_at is None]
    assert len(left) == 1


async def test_invitation_refuses_used_and_invalid_names(administration: Administration) -> None:
    for name, message in (("odile", "déjà pris"), ("Bio", "Nom refusé"), ("", "Nom refusé"), ("a\0b", "Nom refusé")):
        with pytest.raises(AccountRefused, match=message):
            await administration.invite("ada", name, "viewer")
