"""Cheap hashes of passwords: hundreds of tests sign in. tests/accounts/test_passwords.py uses the real ones."""

from __future__ import annotations

from typing import Final

import pytest
from argon2 import PasswordHasher

from accounts import passwords

REAL: Final = passwords.HASHER
CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=32, parallelism=4, hash_len=32, salt_len=16)  # in KiB


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> None:
    setattr(passwords, "HASHER", CHEAP)  # noqa: B010 - mypy knows it as final
