"""What operators decided of the results of a session, and which set answers for a seat because of it.

The seats of a session are divided by department. For those of each department one publication is the last one, and it
alone decides, whatever hours the earlier ones bear: before its hour and once it is withdrawn nothing is told of them.
The publication without a department is about all other seats: those of none of the others, and those in no list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

OTHERS = ""  # the department of all seats that are of none of the others


@dataclass(frozen=True, slots=True)
class Publication:
    """The last one for the seats of a department. publish_at is Unix seconds; None when no hour was given yet.

    number is its place in the order of what operators did; rows is how many its set has.
    """

    number: int
    department: str
    result_set: str
    publish_at: int | None
    withdrawn: bool
    why: str
    rows: int

    def is_public(self, now: float) -> bool:
        return not self.withdrawn and self.publish_at is not None and self.publish_at <= now


@dataclass(frozen=True, slots=True)
class Session:
    """One session of an exam, and the last publication for the seats of each department, the newest first."""

    code: str
    exam: str
    year: int
    session: str
    sample: bool = False  # made up
    publications: Mapping[str, Publication] = field(default_factory=lambda: MappingProxyType({}))

    def is_published(self, now: float) -> bool:
        """Whether anything of it is told now."""
        return any(one.is_public(now) for one in self.publications.values())

    def is_fully_published(self, now: float) -> bool:
        """Whether a seat that is in no list can be said to be in none."""
        return bool(self.publications) and all(one.is_public(now) for one in self.publications.values())

    def public_sets(self, now: float) -> Iterator[str]:
        """The sets that answer for some seats now, the newest publication first."""
        given: list[str] = []
        for one in self.publications.values():
            if one.result_set not in given and one.is_public(now):
                given.append(one.result_set)
                yield one.result_set

    def publication_for(self, department: str) -> Publication | None:
        """The publication that decides for the seats of this department."""
        return self.publications.get(department) or self.publications.get(OTHERS)
