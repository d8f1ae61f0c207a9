"""Publications of a session, and the rule that selects the one that applies to a seat.

The seats of a session are divided by department. For each department only the newest publication counts, whatever its
hour: before that hour, and after a withdrawal, no result of the department is shown. The publication without a
department covers all other seats: those of the remaining departments, and those that are in no list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

OTHERS = ""  # department of all seats that no other publication covers


@dataclass(frozen=True, slots=True)
class Publication:
    """The newest publication for a department. `publish_at` is Unix seconds, None if no hour is set yet.

    `number` is its place in the order of the operators' actions; `rows` is the number of rows of its set.
    """

    number: int
    department: str
    result_set: str
    publish_at: int | None
    withdrawn: bool
    why: str
    rows: int

    def is_public(self, now: float) -> bool:
        """Whether its results may be shown at this time (Unix seconds)."""
        return not self.withdrawn and self.publish_at is not None and self.publish_at <= now


@dataclass(frozen=True, slots=True)
class Session:
    """One session of an exam with the newest publication for each department, the newest first."""

    code: str
    exam: str
    year: int
    session: str
    sample: bool = False  # made-up data
    publications: Mapping[str, Publication] = field(default_factory=lambda: MappingProxyType({}))

    def is_published(self, now: float) -> bool:
        """Whether at least one publication is public at this time."""
        return any(one.is_public(now) for one in self.publications.values())

    def is_fully_published(self, now: float) -> bool:
        """Whether all publications are public, so that an unknown seat can be reported as unknown."""
        return bool(self.publications) and all(one.is_public(now) for one in self.publications.values())

    def public_sets(self, now: float) -> Iterator[str]:
        """Yield the ids of the public result sets, the newest publication first."""
        given: list[str] = []
        for one in self.publications.values():
            if one.result_set not in given and one.is_public(now):
                given.append(one.result_set)
                yield one.result_set

    def publication_for(self, department: str) -> Publication | None:
        """Return the publication that applies to the seats of this department."""
        return self.publications.get(department) or self.publications.get(OTHERS)

    def shown_from(self, set_id: str, department: str, now: float) -> Publication | None:
        """Return the public publication that shows the seats of this department from this set, or None."""
        found = self.publication_for(department)
        return found if found and found.result_set == set_id and found.is_public(now) else None
