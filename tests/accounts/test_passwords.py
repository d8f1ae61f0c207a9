"""Passwords of operators: which may be chosen, what is kept of them, and what looking at one costs."""

from __future__ import annotations

import asyncio
import threading

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import passwords
from accounts.accounts import Accounts
from accounts.passwords import SHORTEST, fits, hashed, is_outdated, wrong_with
from accounts.sign_in import WrongPassword
from state.errors import SourceUnavailable
from state.store.memory import InMemory
from tests.support.database import Registry
from tests.support.passwords import REAL
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.slow

GOOD, OTHER = "un âne gris dort", "trois ânes gris dorment"
NAME = "awa.dossou-abalo"

REFUSED = [
    ("", "il faut 12 caractères au moins"),
    ("onze lettre", "il faut 12 caractères au moins"),
    ("e\u0301a\u0301i\u0301o\u0301u\u0301y\u0301", "il faut 12 caractères au moins"),  # six letters, of two signs each
    ("awa.dossou-abalo", "il ne doit pas être le nom de l’opérateur"),
    ("AWA dossou ABALO", "il ne doit pas être le nom de l’opérateur"),
    ("Awa-Dossou-Abalo-2026!", "il ne doit pas être le nom de l’opérateur"),
    ("motdepasse2026", "il est trop facile à deviner"),
    ("Mot de passé !!", "il est trop facile à deviner"),
    ("République du Bénin", "il est trop facile à deviner"),
    ("123456789012", "il est trop facile à deviner"),
    ("567890123456", "il est trop facile à deviner"),
    ("aaaaaaaaaaaaaaa", "il est trop facile à deviner"),
    ("ababababababababab", "il est trop facile à deviner"),
    ("un âne\tgris dort", "il contient un caractère qui ne s’affiche pas"),
    ("un âne gris \udcff dort", "il contient un caractère qui ne s’affiche pas"),
]


@pytest.fixture(autouse=True)
def _real_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", REAL)


@pytest.mark.parametrize(("password", "reason"), REFUSED)
def test_guessable_password_is_refused_with_a_reason(password: str, reason: str) -> None:
    assert wrong_with(NAME, password) == reason


@pytest.mark.parametrize("password", [GOOD, "douze signes", "xK9$ 2mQ:v_7", "7391 4820 5617", "ɖɔ̀kpè azɔ̌ gbɛ̀tɔ́ lɛ́"])
async def test_password_of_any_letters_fits_its_hash(password: str) -> None:
    assert wrong_with(NAME, password) == ""
    kept = await hashed(password)
    assert await fits(kept, password)
    assert not await fits(kept, password + " ")
    assert await hashed(password) != kept  # salted


@given(st.text(max_size=30))
def test_accepted_password_is_long_and_not_the_name(password: str) -> None:
    if wrong_with(NAME, password) == "":
        assert len(password) >= SHORTEST
        assert password.isprintable()
        assert password.encode()
        assert password.casefold() != NAME


@pytest.mark.parametrize("typed", ["", "\0", "\udcff", "x" * 100_000])
async def test_what_nobody_could_have_chosen_fits_nothing(typed: str) -> None:
    assert not await fits(await hashed(GOOD), typed)
    assert not await fits(None, typed)


async def test_an_accent_is_the_same_from_every_keyboard() -> None:
    assert await fits(await hashed("un a\u0302ne gris dort"), "un \u00e2ne gris dort")


async def test_outdated_hash_still_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(1, 8, 1))
    old = await hashed(GOOD)
    assert not is_outdated(old)
    monkeypatch.setattr(passwords, "HASHER", REAL)
    assert is_outdated(old)
    assert await fits(old, GOOD)


async def test_missing_memory_is_an_error_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = await hashed(GOOD)
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(1, 2**31, 1))  # 2 TiB
    for asked in (fits(kept.replace("m=65536", f"m={2**31}"), GOOD), hashed(GOOD)):
        with pytest.raises(SourceUnavailable, match="emory"):
            await asked


def settings_of(kept: str) -> str:
    return kept.rpartition("$")[0].rpartition("$")[0]


async def test_unknown_name_costs_a_whole_password_check(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts, tries = Accounts(registry.database), InMemory()
    await accounts.add("awa", "viewer", GOOD, "console:root")
    looked_at: list[str] = []
    verify = argon2.PasswordHasher.verify

    def noting(self: argon2.PasswordHasher, hash: str, password: bytes) -> bool:
        looked_at.append(hash)
        return verify(self, hash, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", noting)
    for name in ("awa", "nobody", "NOT A NAME"):
        with pytest.raises(WrongPassword):
            await accounts.sign_in(name, OTHER, tries)
    await tries.close()
    of_awa, *of_nobody = looked_at
    assert settings_of(of_awa) == "$argon2id$v=19$m=65536,t=3,p=4"
    assert [(len(one), settings_of(one)) for one in of_nobody] == [(len(of_awa), settings_of(of_awa))] * 2


async def test_password_check_leaves_the_loop_free(monkeypatch: pytest.MonkeyPatch) -> None:
    stored, verify, is_loop_free = await hashed(GOOD), argon2.PasswordHasher.verify, threading.Event()

    def waiting(self: argon2.PasswordHasher, hash: str, password: bytes) -> bool:
        return is_loop_free.wait(PATIENCE) and verify(self, hash, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", waiting)
    checking = asyncio.create_task(fits(stored, GOOD))
    await asyncio.sleep(0.01)
    is_loop_free.set()
    assert await checking
