"""The rules of publication in the plainest form, to compare with what citizens get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SEATS = {"111": "Borgou", "120": "Zou", "121": "Zou"}  # not among those that are compared with the list on paper


@dataclass(frozen=True)
class Done:
    """A publication, or a withdrawal where no set is named. before has the last answer of each seat."""

    named: str
    department: str
    hour: float
    why: str
    before: Mapping[str, tuple[str, str]]


class Model:
    """What the rules say, in the plainest way: of the decisions that cover a seat, the last one decides."""

    def __init__(self) -> None:
        self.lists: dict[str, dict[str, str]] = {}  # set -> seat -> verdict
        self.done: list[Done] = []
        self.last: dict[str, tuple[str, str]] = {}  # seat -> the set of its last answer, and the reason then

    def do(self, named: str, department: str, hour: float, why: str, now: float) -> None:
        """Publish, or withdraw where no set is named."""
        self.note(now)
        self.done.append(Done(named, department, hour, why, dict(self.last)))
        self.note(now)

    def note(self, now: float) -> None:
        """Record the answers of now, which later changes of the clock do not undo."""
        for seat in SEATS:
            decision = self.about(seat)
            if decision and decision.named and decision.hour <= now:
                self.last[seat] = decision.named, self.reason(seat)

    def about(self, seat: str) -> Done | None:
        about = [decision for decision in self.done if decision.department in ("", SEATS[seat])]
        return about[-1] if about else None

    def reason(self, seat: str) -> str:
        decision = self.about(seat)
        assert decision
        named, why = decision.before.get(seat, ("", ""))
        if named in ("", decision.named):
            return why
        return decision.why if self.lists[named].get(seat) != self.lists[decision.named].get(seat) else ""

    def corrects(self, named: str, department: str, now: float) -> bool:
        self.note(now)
        answered = [self.last[seat][0] for seat in self.last if department in ("", SEATS[seat])]
        return any(other != named for other in answered)

    def withdrawable(self, department: str) -> bool:
        covered = [self.about(seat) for seat in SEATS if department in ("", SEATS[seat])]
        return any(decision and decision.named for decision in covered)

    def answer(self, seat: str, now: float) -> str:
        """The verdict and the reason; "nothing" where nothing is public."""
        decisions = [self.about(each) for each in SEATS]
        silent = any(decision is None or not decision.named or decision.hour > now for decision in decisions)
        decision = self.about(seat) if seat in SEATS else None
        holds = decision is not None and decision.named and decision.hour <= now
        if decision and holds and seat in self.lists[decision.named]:
            return f"{self.lists[decision.named][seat]} {self.reason(seat)}".strip()
        if silent:
            return "nothing"
        return f"in no list {self.reason(seat)}".strip() if decision else "in no list"
