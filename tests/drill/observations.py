"""What callers and writers saw, and the figures of a drill that follow from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from tests.drill.scripts import Step

DEADLINE: Final = 5.0  # seconds for an answer: ZIN_HOP_SECONDS as it is unless set
How = Literal["right", "lost", "wrong"]
SORRY: Final = "Le service ne peut pas répondre pour le moment"
# What menus say of a source or a list that is down, with a way to try again.
DOWN: Final = ("ne répond pas pour le moment", "n'est pas disponible pour le moment")
CROWDED: Final = "Beaucoup de monde appelle en ce moment"


@dataclass(frozen=True, slots=True)
class Hop:
    """One input of a call: when it was sent and answered, by one monotonic clock, and what the answer was worth."""

    sent: float
    answered: float
    how: How
    what: str = ""

    @property
    def is_late(self) -> bool:
        return self.how == "right" and self.answered - self.sent > DEADLINE


def worth(read: str, step: Step) -> How:
    """What an answer is worth: an apology, or a session that begins anew, is lost to the citizen, and not wrong."""
    if read == step.read:
        return "right"
    return "lost" if is_apology(read) or read == step.anew else "wrong"


def is_apology(read: str) -> bool:
    """Whether this asks the citizen to try again."""
    first = read.removeprefix("END ").removeprefix("CON ")
    return first.startswith((SORRY, CROWDED)) or any(said in first.partition("\n")[0] for said in DOWN)


@dataclass(slots=True)
class Exchange:
    """One message of a citizen, and the messages that came back."""

    step: Step
    sent: float
    accepted: bool = False  # the gateway was thanked for it
    answered: float = 0.0
    apologies: int = 0
    twice: int = 0
    anew: bool = False
    wrong: list[str] = field(default_factory=list)

    def take(self, read: str, now: float) -> None:
        """Take a message that came back."""
        if read == self.step.read:
            self.twice += self.answered > 0
            self.answered = self.answered or now
        elif is_apology(read):
            self.apologies += 1
        elif read == self.step.anew:
            self.anew = True
        else:
            self.wrong.append(read)

    @property
    def fate(self) -> str:
        """What became of it, in words."""
        accepted = "accepted" if self.accepted else "never accepted"
        ends = "began anew" if self.anew else f"{self.apologies} apologies, no answer"
        return f"{self.step.typed!r} {accepted}, {ends}"

    @property
    def is_over(self) -> bool:
        """Whether the citizen can write again."""
        return bool(self.answered or self.anew or self.wrong)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a drill measured. `back_after` is in seconds from the fault until answers flowed again, without a loss."""

    hops: int
    lost: int
    wrong: tuple[str, ...]
    late: int
    back_after: float
    messages: int
    messages_lost: int
    messages_twice: int


@dataclass(slots=True)
class Observations:
    """All hops and messages of a drill."""

    hops: list[Hop] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    def figures(self, fault: float) -> Figures:
        """The figures of a drill whose fault began at this time."""
        wrong = [hop.what for hop in self.hops if hop.how == "wrong"]
        return Figures(
            len(self.hops),
            sum(hop.how == "lost" for hop in self.hops),
            (*wrong, *(read for one in self.exchanges for read in one.wrong)),
            sum(hop.is_late for hop in self.hops),
            self._back_after(fault),
            len(self.exchanges),
            sum(not one.answered for one in self.exchanges),
            sum(one.twice for one in self.exchanges),
        )

    def are_answered_since(self, sent: float) -> bool:
        """Whether a hop and a message that were sent since then were answered as the menu says."""
        hops = any(hop.how == "right" for hop in self.hops if hop.sent > sent)
        return hops and any(one.answered for one in self.exchanges if one.sent > sent)

    def lost_messages(self, fault: float) -> list[str]:
        """One line for each message that was not answered, with its seconds after the fault."""
        return [f"{one.sent - fault:+.2f} s: {one.fate}" for one in self.exchanges if not one.answered]

    def _back_after(self, fault: float) -> float:
        failed = max((hop.sent for hop in self.hops if hop.how != "right" or hop.is_late), default=fault)
        right = (hop.answered for hop in self.hops if hop.how == "right" and hop.sent > failed)
        return max(0.0, min(right, default=float("inf")) - fault) if failed > fault else 0.0
