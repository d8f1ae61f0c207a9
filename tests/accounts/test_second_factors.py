"""The second factor of an account: offered, confirmed, used once on two servers, bounded, recovered and removed."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from accounts import totp
from accounts.accounts import Accounts
from accounts.administration import Administration
from accounts.links import AccountLinks
from accounts.second_factors import MAX_TRIES, RECOVERY_CODES, SecondFactors, TooManyCodes, WrongCode
from authoring.replay.fakes import FakeClock
from channels.contracts.phone_numbers import number_of_address
from database import tables
from database.encryption import Seal
from database.key_rotation import rotate
from state.store.memory import InMemory
from tests.support.account_rows import BY, GOOD, OTHER, audited
from tests.support.database import Registry

SEAL = Seal("s" * 22)


@pytest.fixture
def factors(registry: Registry, clock: FakeClock) -> SecondFactors:
    return SecondFactors(registry.database, SEAL, clock)


def shown(secret: bytes, clock: FakeClock, later: int = 0) -> str:
    """The code that the phone shows now, or this many half minutes later."""
    return totp.code(secret, int(clock.now // totp.STEP_SECONDS) + later)


async def set_up(
    factors: SecondFactors, clock: FakeClock, tries: InMemory, name: str = "awa"
) -> tuple[bytes, list[str]]:
    """A confirmed second factor, half a minute ago: its secret and recovery codes."""
    secret = await factors.offer(name)
    codes = await factors.confirm(name, shown(secret, clock), tries)
    clock.now += totp.STEP_SECONDS
    return secret, codes


async def test_offered_secret_counts_after_its_first_code(
    registry: Registry, factors: SecondFactors, clock: FakeClock, tries: InMemory
) -> None:
    secret = await factors.offer("awa")
    assert not await factors.is_set("awa")
    assert await factors.offered("awa") == secret
    with pytest.raises(WrongCode):
        await factors.confirm("awa", "000000" if shown(secret, clock) != "000000" else "000001", tries)
    codes = await factors.confirm("awa", f"{shown(secret, clock)[:3]} {shown(secret, clock)[3:]}", tries)
    assert (await factors.is_set("awa"), await factors.offered("awa"), len(set(codes))) == (True, None, RECOVERY_CODES)
    assert await audited(registry) == [("awa", "operators factor", "awa", {"before": "non", "after": "oui"})]


async def test_one_code_works_once_on_two_servers(
    registry: Registry, factors: SecondFactors, clock: FakeClock, tries: InMemory
) -> None:
    secret, _ = await set_up(factors, clock, tries)
    other = SecondFactors(registry.database, SEAL, clock)
    code = shown(secret, clock)
    checks = (server.check("awa", code, tries) for server in (factors, other))
    ended = await asyncio.gather(*checks, return_exceptions=True)
    assert [type(one) for one in ended if one is not None] == [WrongCode]
    with pytest.raises(WrongCode):
        await factors.check("awa", shown(secret, clock, -1), tries)  # an older one is used up too
    await factors.check("awa", shown(secret, clock, 1), tries)


async def test_code_that_confirmed_signs_nobody_in(factors: SecondFactors, clock: FakeClock, tries: InMemory) -> None:
    secret, _ = await set_up(factors, clock, tries)
    clock.now -= totp.STEP_SECONDS
    with pytest.raises(WrongCode):
        await factors.check("awa", shown(secret, clock), tries)


async def test_recovery_code_replaces_the_phone_once(
    registry: Registry, factors: SecondFactors, clock: FakeClock, tries: InMemory
) -> None:
    _, codes = await set_up(factors, clock, tries)
    await factors.check("awa", codes[0].upper().replace("-", " "), tries)
    with pytest.raises(WrongCode):
        await factors.check("awa", codes[0], tries)
    with pytest.raises(WrongCode):
        await factors.check("bio", codes[1], tries)
    assert await factors.recovery_left("awa") == RECOVERY_CODES - 1
    assert (await audited(registry))[-1] == ("awa", "operators recovery", "awa", {"left": "9"})


async def test_tries_are_bounded_even_at_once(factors: SecondFactors, clock: FakeClock, tries: InMemory) -> None:
    secret, _ = await set_up(factors, clock, tries)
    wrong = (factors.check("awa", "1", tries) for _ in range(MAX_TRIES + 3))
    ended = await asyncio.gather(*wrong, return_exceptions=True)
    assert [type(one) for one in ended].count(TooManyCodes) == 4  # the setting up was a try too
    with pytest.raises(TooManyCodes):
        await factors.check("awa", shown(secret, clock), tries)


async def test_database_has_neither_secret_nor_codes(
    registry: Registry, factors: SecondFactors, clock: FakeClock, tries: InMemory
) -> None:
    secret, codes = await set_up(factors, clock, tries)
    stored = str(
        [
            await registry.database.rows(select(*table.c))
            for table in (tables.second_factors, tables.offered_factors, tables.recovery_codes, tables.audit)
        ]
    )
    for hidden in (totp.written(secret), *codes, *(code.replace("-", "") for code in codes)):
        assert hidden not in stored


async def test_keys_of_secrets_are_rotated(
    registry: Registry, factors: SecondFactors, clock: FakeClock, tries: InMemory
) -> None:
    secret, _ = await set_up(factors, clock, tries)
    assert (await rotate(registry.database, Seal("n" * 22, "s" * 22), number_of_address)).resealed == 1
    await SecondFactors(registry.database, Seal("n" * 22), clock).check("awa", shown(secret, clock), tries)


async def test_link_for_a_lost_phone_removes_the_code(
    registry: Registry, accounts: Accounts, factors: SecondFactors, clock: FakeClock, tries: InMemory
) -> None:
    administration, links = Administration(registry.database, clock), AccountLinks(registry.database, clock)
    await accounts.add("ada", "admin", GOOD, BY)
    await accounts.add("awa", "approver", GOOD, BY)
    await set_up(factors, clock, tries)
    await links.use(await administration.renew_link("ada", "awa"), OTHER)
    assert await factors.is_set("awa")
    token = await administration.renew_link("ada", "awa", resets_factor=True)
    assert [one.has_factor for one in await accounts.known()] == [False, True]
    await links.use(token, GOOD)
    assert (await factors.is_set("awa"), await factors.recovery_left("awa")) == (False, 0)
    assert (await audited(registry))[-1] == (
        *("awa", "operators join", "awa"),
        {"link": "ada", "second factor": "enlevé"},
    )


async def test_shell_removes_the_code_as_last_resort(
    registry: Registry, factors: SecondFactors, clock: FakeClock, tries: InMemory
) -> None:
    await set_up(factors, clock, tries)
    assert await factors.reset("awa", BY)
    assert not await factors.is_set("awa")
    assert not await factors.reset("awa", BY)
    assert (await audited(registry))[1:] == [(BY, "operators factor", "awa", {"before": "oui", "after": "non"})]
