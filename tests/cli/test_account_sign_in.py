"""Signing in at the command line: an account with a code on the phone is asked for it, and few codes may be tried."""

from __future__ import annotations

import time

import pytest

from accounts import totp
from accounts.accounts import Accounts
from accounts.refusals import refusals
from accounts.second_factors import MAX_TRIES, SecondFactors
from api.purposes import Purposes
from cli.purposes import purposes
from database.encryption import Seal
from settings import Settings
from state.store.memory import InMemory
from tests.support.command_line import Zin
from tests.support.database import Registry

pytestmark = pytest.mark.slow
PASSWORD = "sept-ananas-bleus"
RELEASE = ("release", "retrait", "--ministry", "justice", "--by", "bio")
WRONG = "Ce code n’est pas le bon"


@pytest.fixture
async def codes(registry: Registry) -> list[str]:
    """The recovery codes of bio, an approver of justice with a second factor."""
    accounts = Accounts(registry.database, pepper=registry.settings.secrets.pepper)
    await accounts.add("bio", "approver", PASSWORD, "console:test", ministry="justice")
    factors, tries = SecondFactors(registry.database, Seal(*Settings().secrets.rest)), InMemory()
    secret = await factors.offer("bio")
    made = await factors.confirm("bio", totp.code(secret, int(time.time() // totp.STEP_SECONDS)), tries)
    await tries.close()
    return made


async def test_code_is_asked_after_the_password_once(registry: Registry, zin: Zin, codes: list[str]) -> None:
    for given in (f"{PASSWORD}\n", f"{PASSWORD}\n000000\n"):
        result = await zin(purposes, *RELEASE, given=given)
        assert (result.exit_code, WRONG in result.stderr) == (2, True)
    assert await Purposes(registry.database).known() == []
    released = await zin(purposes, *RELEASE, given=f"{PASSWORD}\n{codes[0]}\n")
    assert (released.exit_code, released.stderr) == (0, "")
    again = await zin(purposes, "withdraw", *RELEASE[1:], given=f"{PASSWORD}\n{codes[0]}\n")
    assert (again.exit_code, WRONG in again.stderr) == (2, True)


async def test_wrong_password_says_nothing_of_a_code(zin: Zin, codes: list[str]) -> None:
    result = await zin(purposes, *RELEASE, given=f"faux\n{codes[0]}\n")
    assert (result.exit_code, result.stderr) == (2, "Nom ou mot de passe incorrect.\n")


async def test_few_codes_are_tried_also_without_a_store(registry: Registry, zin: Zin, codes: list[str]) -> None:
    for _ in range(MAX_TRIES):
        assert WRONG in (await zin(purposes, *RELEASE, given=f"{PASSWORD}\n000000\n")).stderr
    locked = await zin(purposes, *RELEASE, given=f"{PASSWORD}\n{codes[0]}\n")
    assert (locked.exit_code, "Trop de codes essayés" in locked.stderr) == (2, True)
    assert await refusals(registry.database) == {"operators code": MAX_TRIES + 1}


async def test_approver_of_a_ministry_releases_its_purposes_only(
    registry: Registry, zin: Zin, codes: list[str]
) -> None:
    words = ("release", "retrait", "--ministry", "sante", "--by", "bio")
    refused = await zin(purposes, *words, given=f"{PASSWORD}\n{codes[0]}\n")
    assert (refused.exit_code, refused.stderr) == (2, "Ce n'est pas un but de votre ministère.\n")
    assert await Purposes(registry.database).known() == []
