"""No sequence of deeds by any roles publishes without two people, before the hour, or sample data in production."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from operators.accounts import Operator
from operators.roles import Role
from playing.clock import Clock
from registry.migrations import migrate
from results.approval import ExamSession, NotAllowed
from results.board import FRESH, Board, Unpublished
from results.publishing import Publishing
from tests.registry import opened
from tests.test_publishing import LIST, SHA, file

PEOPLE = st.sampled_from([Operator(name, role) for name in ("ida", "paul", "eva") for role in get_args(Role)])
SESSIONS = (ExamSession("bac", 2027), ExamSession("cep", 2027, sample=True))
HOURS = st.sampled_from([-3600, 0, 30, 3600])


class Ministry(RuleBasedStateMachine):
    """Three people with any role each, who do anything in any order; and what the rules say is public."""

    def __init__(self) -> None:
        super().__init__()
        self.runner, self.folder = asyncio.Runner(), Path(tempfile.mkdtemp())
        self.registry, self.clock = opened(self.folder), Clock()
        self.deeds = Publishing(self.registry.database, production=True, clock=self.clock)
        self.board = Board(self.registry.database, self.clock)
        self.brought: dict[str, str] = {}  # set -> who brought it
        self.vouched: set[str] = set()
        self.hours: dict[str, tuple[str, int]] = {}  # session -> its set, and when
        self.of: dict[str, ExamSession] = {}

    @initialize()
    def open(self) -> None:
        self.runner.run(migrate(self.registry.database))

    @rule(by=PEOPLE, session=st.sampled_from(SESSIONS))
    def bring(self, by: Operator, session: ExamSession) -> None:
        named = self._done(self.deeds.draft(by, session, file()))
        assert (named is not None) == (by.role == "importer")
        if named:
            self.brought[named], self.of[named] = by.name, session

    @rule(by=PEOPLE, data=st.data(), sha256=st.sampled_from([SHA, SHA, "b" * 64]), enough=st.booleans())
    def vouch(self, by: Operator, data: st.DataObject, sha256: str, enough: bool) -> None:
        named = self._any(data)
        done = self._done(self.deeds.approve(by, named, sha256, LIST if enough else {}), done=True)
        allowed = (
            by.role == "approver"
            and named in self.brought
            and self.brought[named] != by.name
            and not self.of[named].sample
            and sha256 == SHA
            and enough
            and named not in self.vouched
        )
        assert bool(done) == allowed
        if done:
            self.vouched.add(named)

    @rule(by=PEOPLE, data=st.data(), later=HOURS, why=st.sampled_from(["", "une réclamation"]))
    def publish(self, by: Operator, data: st.DataObject, later: int, why: str) -> None:
        named = self._any(data)
        done = self._done(self.deeds.publish(by, named, self.clock.now + later, why=why), done=True)
        session = self.of[named].code if named in self.of else ""
        other = session in self.hours and self.hours[session][0] != named
        assert bool(done) == (by.role == "approver" and named in self.vouched and (not other or why != ""))
        if done:
            self.hours[session] = named, max(int(self.clock.now + later), int(self.clock.now))

    @rule(by=PEOPLE, session=st.sampled_from(SESSIONS), why=st.sampled_from(["", "erreur"]))
    def withdraw(self, by: Operator, session: ExamSession, why: str) -> None:
        done = self._done(self.deeds.withdraw(by, session.code, "", why))
        if done:
            assert by.role == "approver"
            self.hours[session.code] = done, 2**40

    @rule(seconds=st.sampled_from([1, 30, 3600]))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds

    @invariant()
    def what_is_told_is_what_two_people_let_be_told_at_its_hour(self) -> None:
        self.clock.now += FRESH
        for session in SESSIONS:
            named, hour = self.hours.get(session.code, ("", 2**40))
            public = named in self.vouched and hour <= self.clock.now
            assert self._told(session.code, "105") == ("told" if public else "nothing")
            if not public:  # a seat that exists and one that does not are not told apart
                assert self._told(session.code, "999") == "nothing"

    def teardown(self) -> None:
        self.runner.run(self.board.close())
        self.runner.run(self.registry.database.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def _any(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from([*self.brought, "bac-2027.99"]))

    def _done(self, deed: Coroutine[Any, Any, Any], *, done: Any = None) -> Any:
        """What a deed gives, or done where it gives nothing; None when it is not allowed."""
        try:
            return self.runner.run(deed) or done
        except NotAllowed:
            return None

    def _told(self, session: str, seat: str) -> str:
        try:
            return "told" if self.runner.run(self.board.find(session, seat)) else "nothing"
        except Unpublished:
            return "nothing"


Ministry.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
test_rules = Ministry.TestCase
