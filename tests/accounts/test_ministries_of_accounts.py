"""Accounts of ministries: invited into one, moved, and administered from within it."""

from __future__ import annotations

import pytest

from accounts.accounts import Accounts
from accounts.administration import OTHER_MINISTRY, SAME_MINISTRY, Administration
from accounts.refusals import AccountRefused
from tests.support.account_rows import BY, GOOD, audited
from tests.support.database import Registry


async def test_person_is_invited_into_a_ministry_and_moved(
    registry: Registry, accounts: Accounts, administration: Administration
) -> None:
    await administration.invite("ada", "bio", "editor", "justice")
    assert {one.name: one.ministry for one in await accounts.known()} == {"ada": "", "bio": "justice", "odile": ""}
    await administration.change_ministry("ada", "bio", "sante")
    with pytest.raises(AccountRefused, match=SAME_MINISTRY):
        await administration.change_ministry("ada", "bio", "sante")
    with pytest.raises(AccountRefused, match="il y a : affaires-etrangeres"):
        await administration.change_ministry("ada", "bio", "marine")
    assert (await audited(registry))[2:4] == [
        ("ada", "operators invite", "bio", {"role": "editor", "ministry": "justice"}),
        ("ada", "operators ministry", "bio", {"before": "justice", "after": "sante"}),
    ]


async def test_administrator_of_a_ministry_reaches_its_accounts_only(
    accounts: Accounts, administration: Administration
) -> None:
    await accounts.add("just", "admin", GOOD, BY, ministry="justice")
    await accounts.add("bio", "editor", GOOD, BY, ministry="sante")
    await administration.invite("just", "ines", "editor", "justice")
    changes = (
        administration.invite("just", "first", "editor"),
        administration.invite("just", "second", "editor", "sante"),
        administration.close("just", "bio"),
        administration.close("just", "ada"),
        administration.change_ministry("just", "ines", ""),
        administration.change_ministry("just", "ines", "sante"),
        administration.renew_link("just", "bio"),
        administration.change_role("just", "bio", "viewer"),
    )
    for change in changes:
        with pytest.raises(AccountRefused, match=OTHER_MINISTRY):
            await change
