"""Whatever is done to accounts, in whatever order: who may sign in is what a list of their passwords would say."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import argon2
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts import passwords
from accounts.accounts import Accounts, Operator
from accounts.audit import Audit
from accounts.refusals import AccountRefused
from accounts.roles import ROLES, Role
from accounts.sign_in import MAX_WRONG, TooManyTries, WrongPassword
from database.migrations import migrate
from state.store.memory import InMemory
from tests.support.audit_entries import done
from tests.support.database import opened

pytestmark = pytest.mark.slow

T = TypeVar("T")
names = st.sampled_from(["awa", "bio", "cica"])
chosen = st.sampled_from(["un âne gris dort", "deux ânes gris dorment", "trois ânes gris dorment"])
BY = "console:root"


class Desk(RuleBasedStateMachine):
    """Accounts in a file, beside a dict that tells what they ought to do."""

    def __init__(self) -> None:
        super().__init__()
        self.folder, self.patch, self.runner = tempfile.TemporaryDirectory(), pytest.MonkeyPatch(), asyncio.Runner()
        self.patch.setattr(passwords, "HASHER", argon2.PasswordHasher(1, 8, 1))
        self.registry, self.tries = opened(Path(self.folder.name)), InMemory()
        self.accounts, self.audit = Accounts(self.registry.database), Audit(self.registry.database)
        self.open: dict[str, tuple[Role, str]] = {}
        self.closed: set[str] = set()
        self.wrong = dict.fromkeys(("awa", "bio", "cica"), 0)
        self.actions = 0
        self.run(migrate(self.registry.database))

    def run(self, asked: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(asked)

    def change(self, asked: Coroutine[Any, Any, None], *, allowed: bool) -> None:
        if allowed:
            self.run(asked)
            self.actions += 1
        else:
            with pytest.raises(AccountRefused):
                self.run(asked)

    @rule(name=names, role=st.sampled_from(ROLES), password=chosen)
    def add(self, name: str, role: Role, password: str) -> None:
        free = name not in self.open and name not in self.closed
        self.change(self.accounts.add(name, role, password, BY), allowed=free)
        if free:
            self.open[name] = role, password

    @rule(name=names)
    def close(self, name: str) -> None:
        self.change(self.accounts.close(name, BY), allowed=name in self.open)
        if self.open.pop(name, None):
            self.closed.add(name)

    @rule(name=names, password=chosen)
    def give_a_new_password(self, name: str, password: str) -> None:
        self.change(self.accounts.change_password(name, password, BY), allowed=name in self.open)
        if name in self.open:
            self.open[name] = self.open[name][0], password

    @rule(name=names, password=chosen, times=st.sampled_from([1, 4]))
    def sign_in(self, name: str, password: str, times: int) -> None:
        for _ in range(times):
            self.sign_in_once(name, password)

    def sign_in_once(self, name: str, password: str) -> None:
        asked = self.accounts.sign_in(name, password, self.tries)
        if self.wrong[name] >= MAX_WRONG:
            with pytest.raises(TooManyTries):
                self.run(asked)
        elif name in self.open and self.open[name][1] == password:
            assert self.run(asked) == Operator(name, self.open[name][0])
        else:
            with pytest.raises(WrongPassword):
                self.run(asked)
            self.wrong[name] += 1

    @invariant()
    def what_is_known_is_what_was_done(self) -> None:
        known = {account.name: account.closed_at is None for account in self.run(self.accounts.known())}
        assert known == dict.fromkeys(self.open, True) | dict.fromkeys(self.closed, False)
        assert self.run(self.audit.verify()).fault is None
        assert len(self.run(done(self.registry.database, 1000))) == self.actions

    def teardown(self) -> None:
        self.run(self.tries.close())
        self.run(self.registry.database.close())
        self.runner.close()
        self.patch.undo()
        self.folder.cleanup()


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=25, stateful_step_count=25)
