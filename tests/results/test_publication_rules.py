"""No sequence of actions publishes what two people did not release, before its hour, or without its reason."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.accounts import Operator
from accounts.audit import Audit
from accounts.roles import Role
from authoring.replay.fakes import FakeClock
from database.migrations import migrate
from results.approval import ExamSession
from results.approval_sample import MAX_TRIES
from results.published import FRESH_SECONDS, PublishedResults, Unpublished
from results.publishing import Publishing
from results.refusals import PublicationRefused
from tests.support.database import opened
from tests.support.publication_model import SEATS, Model
from tests.support.results_desk import LIST, PAUL, SHA, file
from tests.support.successive_sets import listed

pytestmark = pytest.mark.slow

PEOPLE = st.sampled_from([Operator(name, role) for name in ("ida", "paul", "eva") for role in get_args(Role)])
SESSIONS = (ExamSession("bac", 2027), ExamSession("cep", 2027, sample=True))
HOURS = st.sampled_from([-3600, 0, 30, 3600])
DEPARTMENTS = st.sampled_from(["", "", "Borgou", "Zou"])
WHY = st.sampled_from(["", "une réclamation", "une erreur de saisie"])
VERDICTS = st.sampled_from(["admitted", "refused"])
NOBODY = "999"


class Ministry(RuleBasedStateMachine):
    """Three people with any role each, who do anything in any order; and what the rules say is public."""

    def __init__(self) -> None:
        super().__init__()
        self.runner, self.folder = asyncio.Runner(), Path(tempfile.mkdtemp())
        self.registry, self.clock, self.seconds = opened(self.folder), FakeClock(), 0.0
        self.publishing = Publishing(self.registry.database, production=True, clock=self.clock)
        self.board = PublishedResults(self.registry.database, self.clock, lambda: self.seconds)
        self.brought: dict[str, str] = {}  # set -> who brought it
        self.tried = Counter[tuple[str, str]]()  # answers that were wrong, by who gave them and of which set
        self.vouched: set[str] = set()
        self.of: dict[str, ExamSession] = {}
        self.models = {session.code: Model() for session in SESSIONS}

    @initialize()
    def open(self) -> None:
        self.runner.run(migrate(self.registry.database))

    @rule(by=PEOPLE, session=st.sampled_from(SESSIONS), first=VERDICTS, second=VERDICTS, whole=st.booleans())
    def bring(self, by: Operator, session: ExamSession, first: str, second: str, whole: bool) -> None:
        rows = listed("admitted", seat_111=first, seat_120=second)
        made = [row for row in rows if whole or row["seat"] != "121"]
        named = self._done(self.publishing.store_draft(by, session, file(made)))
        assert (named is not None) == (by.role == "importer")
        if named:
            self.brought[named], self.of[named] = by.name, session
            self.models[session.code].lists[named] = {row["seat"]: row["verdict"] for row in made}

    @rule(by=PEOPLE, data=st.data(), sha256=st.sampled_from([SHA, SHA, "b" * 64]), enough=st.booleans())
    def vouch(self, by: Operator, data: st.DataObject, sha256: str, enough: bool) -> None:
        named = self._any(data)
        done = self._done(self.publishing.approve(by, named, sha256, self._paper(named) if enough else {}), done=True)
        may_try = (
            by.role == "approver"
            and named in self.brought
            and self.brought[named] != by.name
            and not self.of[named].sample
            and enough
            and named not in self.vouched
            and self.tried[by.name, named] < MAX_TRIES
        )
        assert bool(done) == (may_try and sha256 == SHA)
        self.tried[by.name, named] += may_try and sha256 != SHA
        if done:
            self.vouched.add(named)

    @rule(session=st.sampled_from(SESSIONS[:1]), first=VERDICTS, second=VERDICTS, whole=st.booleans())
    def bring_and_vouch(self, session: ExamSession, first: str, second: str, whole: bool) -> None:
        """What two people do on most days, so that there is something to publish."""
        self.bring(Operator("ida", "importer"), session, first, second, whole)
        named = next(reversed(self.brought))
        assert self._done(self.publishing.approve(PAUL, named, SHA, self._paper(named)), done=True)
        self.vouched.add(named)

    @rule(by=PEOPLE, data=st.data(), later=HOURS, department=DEPARTMENTS, why=WHY)
    def publish(self, by: Operator, data: st.DataObject, later: int, department: str, why: str) -> None:
        named, now = self._any(data), self.clock.now
        done = self._done(self.publishing.publish(by, named, now + later, department, why), done=True)
        model = self.models[self.of[named].code] if named in self.of else Model()
        allowed = by.role == "approver" and named in self.vouched
        assert bool(done) == (allowed and (why != "" or not model.corrects(named, department, now)))
        if done:
            model.do(named, department, max(int(now + later), int(now)), why, now)

    @rule(data=st.data(), department=DEPARTMENTS, hours=st.tuples(HOURS, HOURS))
    def publish_both_at_once(self, data: st.DataObject, department: str, hours: tuple[int, int]) -> None:
        """Two approvers, of whom nobody can say beforehand who is first; the audit says it afterwards."""
        if not self.vouched:
            return
        sets = [data.draw(st.sampled_from(sorted(self.vouched))) for _ in hours]
        planned = list(zip(sets, (department, ""), hours, ("the first", "the second"), strict=True))
        now = self.clock.now
        self.runner.run(self._both(planned))
        model = self.models[SESSIONS[0].code]
        for entry in self.runner.run(Audit(self.registry.database).last(2)):
            named, where, later, why = next(one for one in planned if one[3] == entry.details["why"])
            model.do(named, where, max(int(now + later), int(now)), why, now)

    async def _both(self, planned: list[tuple[str, str, int, str]]) -> None:
        now = self.clock.now
        await asyncio.gather(*(self.publishing.publish(PAUL, one[0], now + one[2], one[1], one[3]) for one in planned))

    @rule(by=PEOPLE, session=st.sampled_from(SESSIONS), department=DEPARTMENTS, why=WHY)
    def withdraw(self, by: Operator, session: ExamSession, department: str, why: str) -> None:
        model = self.models[session.code]
        done = self._done(self.publishing.withdraw(by, session.code, department, why))
        assert bool(done) == (by.role == "approver" and why != "" and model.withdrawable(department))
        if done:
            model.do("", department, 0, why, self.clock.now)

    @rule(seconds=st.sampled_from([1, 30, 3600]))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule(seconds=st.sampled_from([-3600, -30, 3600]))
    def set_the_clock(self, seconds: int) -> None:
        """Nobody waits: the time of day is said to be another."""
        self.clock.now += seconds

    @invariant()
    def only_approved_results_are_answered_from_their_hour(self) -> None:
        self.seconds += FRESH_SECONDS
        for session in SESSIONS:
            for seat in (*SEATS, NOBODY):
                assert self._answer(session.code, seat) == self.models[session.code].answer(seat, self.clock.now), seat

    def teardown(self) -> None:
        self.runner.run(self.board.close())
        self.runner.run(self.registry.database.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def _paper(self, named: str) -> Mapping[str, str]:
        """The list on paper of a set; any list where there is no such set."""
        return self.models[self.of[named].code].lists[named] if named in self.of else LIST

    def _any(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from([*self.brought, "bac-2027.99"]))

    def _done(self, action: Coroutine[Any, Any, Any], *, done: Any = None) -> Any:
        """The result of an action, or done if it has none; None if it is refused."""
        try:
            return self.runner.run(action) or done
        except PublicationRefused:
            return None

    def _answer(self, session: str, seat: str) -> str:
        try:
            found = self.runner.run(self.board.find(session, seat))
        except Unpublished:
            return "nothing"
        if found is None:
            return "nothing"  # there is no such session
        result = found[1]
        return f"{result.verdict if result.is_listed else 'in no list'} {result.why}".strip()


Ministry.TestCase.settings = settings(max_examples=40, stateful_step_count=25, suppress_health_check=list(HealthCheck))
test_rules = Ministry.TestCase
