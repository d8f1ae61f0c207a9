"""Strangers who try passwords: refused at once when there are many, recorded within bounds, in nobody's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import argon2
import pytest
from structlog.testing import capture_logs

from accounts import passwords
from accounts.accounts import Accounts
from accounts.audit import Audit
from accounts.recorded_tries import RecordedTries
from accounts.sign_in import (
    MAX_ENTRIES,
    MAX_WAITING,
    MAX_WRONG,
    MAX_WRONG_OF_ADDRESS,
    NO_ACCOUNT,
    VISITOR,
    Origin,
    SignInRefused,
    TooBusy,
    TooManyTries,
    WrongPassword,
)
from state.store.memory import InMemory
from tests.support.database import Registry

GOOD, BAD = "un âne gris dort", "une chèvre rousse"
HERE, THERE = Origin("192.0.2.1"), Origin("198.51.100.7")


@pytest.fixture
async def tries() -> AsyncIterator[InMemory]:
    store = InMemory()
    yield store
    await store.close()


@pytest.fixture
async def accounts(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    """One account, of awa, and hashes that cost nothing."""
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(1, 8, 1))
    made = Accounts(registry.database, pepper="a secret of the tests")
    await made.add("awa", "approver", GOOD, "console:root")
    return made


async def ended(*asked: object) -> list[str]:
    return [type(one).__name__ for one in await asyncio.gather(*asked, return_exceptions=True)]  # type: ignore[call-overload]


async def refused(registry: Registry) -> list[tuple[str, str, str, dict[str, str]]]:
    entries = await Audit(registry.database).last(1000)
    return [(one.operator, one.action, one.subject, dict(one.details)) for one in entries if "sign-in" in one.action]


class Held:
    """Looks at wrong passwords only once it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looked_at, self.go_on, self._fits = asyncio.Event(), asyncio.Event(), passwords.fits
        monkeypatch.setattr(passwords, "fits", self.fits)

    async def fits(self, kept: str | None, password: str) -> bool:
        if password == BAD:
            self.looked_at.set()
            await self.go_on.wait()
        return await self._fits(kept, password)


async def test_full_queue_refuses_a_try_at_once(
    accounts: Accounts, tries: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch)
    said = [
        asyncio.create_task(ended(accounts.sign_in(f"nobody{one}", BAD, tries, Origin(f"192.0.2.{one}"))))
        for one in range(16)
    ]
    while sum(one.done() for one in said) < 16 - MAX_WAITING - 1:  # noqa: ASYNC110 - tasks that end by themselves
        await asyncio.sleep(0.01)
    held.go_on.set()
    outcomes = [one for (one,) in await asyncio.gather(*said)]
    assert outcomes.count("WrongPassword") == MAX_WAITING + 1
    assert outcomes.count("TooBusy") == 16 - MAX_WAITING - 1


async def test_one_address_does_not_fill_the_queue(accounts: Accounts, tries: InMemory) -> None:
    said = [accounts.sign_in(f"nobody{one}", BAD, tries, HERE) for one in range(16)]
    assert (await ended(*said, accounts.sign_in("awa", GOOD, tries, THERE)))[-1] == "Operator"


async def test_usual_address_does_not_wait_for_strangers(
    accounts: Accounts, tries: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accounts.sign_in("awa", GOOD, tries, HERE)
    held = Held(monkeypatch)
    strangers = [
        asyncio.create_task(ended(accounts.sign_in("awa", BAD, tries, Origin(f"192.0.2.{one}"))))
        for one in range(9, 30)
    ]
    await held.looked_at.wait()
    assert (await accounts.sign_in("awa", GOOD, tries, HERE)).name == "awa"
    held.go_on.set()
    await asyncio.gather(*strangers)


async def test_usual_address_is_not_locked_by_strangers(accounts: Accounts, tries: InMemory) -> None:
    await accounts.sign_in("awa", GOOD, tries, HERE)
    for _ in range(MAX_WRONG):
        with pytest.raises(WrongPassword):
            await accounts.sign_in("awa", BAD, tries, THERE)
    with pytest.raises(TooManyTries):
        await accounts.sign_in("awa", GOOD, tries, THERE)
    assert await accounts.sign_in("awa", GOOD, tries, HERE)
    for _ in range(MAX_WRONG):
        with pytest.raises(WrongPassword):
            await accounts.sign_in("awa", BAD, tries, HERE)
    with pytest.raises(TooManyTries):  # a usual address has its own count, and no more than that
        await accounts.sign_in("awa", GOOD, tries, HERE)


async def test_address_has_a_limit_over_all_names(accounts: Accounts, tries: InMemory) -> None:
    for one in range(MAX_WRONG_OF_ADDRESS):
        with pytest.raises(WrongPassword):
            await accounts.sign_in(f"nobody{one}", BAD, tries, THERE)
    with pytest.raises(TooManyTries) as locked:
        await accounts.sign_in("awa", GOOD, tries, THERE)
    assert locked.value.retry_seconds == 900
    assert await accounts.sign_in("awa", GOOD, tries, HERE)


async def test_refusal_log_has_no_password_name_or_address(
    registry: Registry, accounts: Accounts, tries: InMemory
) -> None:
    typed = ["awa", "mon mot de passe secret", "nobody"]
    with capture_logs() as logs:
        for name in typed:
            with pytest.raises(SignInRefused):
                await accounts.sign_in(name, BAD, tries, THERE)
    assert [line["account"] for line in logs if line["event"] == "sign-in refused"] == ["awa", NO_ACCOUNT, NO_ACCOUNT]
    found = await refused(registry)
    assert [one[:3] for one in found] == [
        (VISITOR, "refused: sign-in", "awa"),
        (VISITOR, "refused: sign-in", NO_ACCOUNT),
        (VISITOR, "refused: sign-in", NO_ACCOUNT),
    ]
    everything = str((logs, found, sorted(tries.entries)))
    assert not [one for one in (*typed[1:], BAD, THERE.address) if one in everything]


async def test_strangers_write_few_audit_entries(registry: Registry, accounts: Accounts, tries: InMemory) -> None:
    for one in range(MAX_ENTRIES + 20):
        with pytest.raises(SignInRefused):
            await accounts.sign_in("nobody", BAD, tries, Origin(f"2001:db8:{one:x}::/64"))
    assert len(await refused(registry)) == MAX_ENTRIES
    assert (await Audit(registry.database).verify()).fault is None


async def test_wrong_passwords_and_lockout_are_in_the_audit(
    registry: Registry, accounts: Accounts, tries: InMemory
) -> None:
    for _ in range(MAX_WRONG + 5):
        with pytest.raises(SignInRefused):
            await accounts.sign_in("awa", BAD, tries, THERE)
    recorded = [(action, details["times"]) for _, action, _, details in await refused(registry)]
    wrong = [("refused: sign-in", str(times)) for times in range(1, MAX_WRONG + 1)]
    assert recorded == [*wrong, ("refused: sign-in locked", "1")]


async def test_command_line_records_and_counts_wrong_passwords(registry: Registry, accounts: Accounts) -> None:
    by = Origin(by="console:root")
    for _ in range(MAX_WRONG):
        with pytest.raises(WrongPassword):
            await accounts.sign_in("awa", BAD, RecordedTries(registry.database, "awa"), by)
    with pytest.raises(TooManyTries):
        await accounts.sign_in("awa", GOOD, RecordedTries(registry.database, "awa"), by)
    assert [one[:3] for one in await refused(registry)] == [
        *[("console:root", "refused: sign-in", "awa")] * MAX_WRONG,
        ("console:root", "refused: sign-in locked", "awa"),
    ]


def test_refusals_state_their_retry_time() -> None:
    assert (TooBusy().retry_seconds, TooManyTries().retry_seconds, WrongPassword().retry_seconds) == (5, 900, 0)
