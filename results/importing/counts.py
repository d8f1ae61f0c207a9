"""Counts candidates by verdict, in total and by group, and finds notable changes since an earlier report.

Group names that differ only in accents, capitals or punctuation count as one name.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from results.importing.rows import Result
from state.text.search import plain

MOVED = 5.0  # percentage points from which a change of share is notable
GREW = 0.2  # share of a group's candidates from which a change of size is notable
BY_CHANCE = 3.0  # standard errors that chance alone may explain in a small group
KINDS = ("series", "departments", "centres")
Verdicts = dict[str, int]
Groups = dict[str, Verdicts]
_VERDICT = Result._fields.index("verdict")


@dataclass(frozen=True, slots=True)
class Counts:
    """Candidates by verdict: in total, and by series, department and centre; no groups if the file has no such
    column.
    """

    verdicts: Verdicts = field(default_factory=dict)
    series: Groups = field(default_factory=dict)
    departments: Groups = field(default_factory=dict)
    centres: Groups = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotableChange:
    """A notable change of a group: a verdict's share in percent, or the number of candidates if `verdict` is "".

    `kind` is one of KINDS; for all candidates together `kind` and `group` are "". `before` is 0 for a new group.
    """

    kind: str
    group: str
    verdict: str
    before: float
    now: float


def count_verdicts(results: Sequence[Result]) -> Counts:
    """Count these results by verdict, in total and by group."""
    verdicts = Counter(map(itemgetter(_VERDICT), results))
    return Counts(dict(verdicts), *(_grouped(results, name) for name in ("series", "department", "centre")))


def _grouped(results: Sequence[Result], name: str) -> Groups:
    groups: Groups = {}
    for (group, verdict), many in Counter(map(itemgetter(Result._fields.index(name), _VERDICT), results)).items():
        groups.setdefault(group, {})[verdict] = many
    return {} if set(groups) == {""} else dict(sorted(groups.items()))


def notable_changes(before: Counts, now: Counts) -> Iterator[NotableChange]:
    """Yield the notable changes: all candidates first, then the largest changes of each kind."""
    yield from _moved("", {"": before.verdicts}, {"": now.verdicts})
    for kind in KINDS:
        was, became = getattr(before, kind), getattr(now, kind)
        if was and became:
            yield from sorted(_moved(kind, was, became), key=_how_far)


def _moved(kind: str, before: Groups, now: Groups) -> Iterator[NotableChange]:
    spelled = {plain(group) or group: group for group in (*before, *now)}
    was, became = ({plain(group) or group: counts for group, counts in groups.items()} for groups in (before, now))
    for key, group in spelled.items():
        yield from _unlike(kind, group, was.get(key, {}), became.get(key, {}))


def _unlike(kind: str, group: str, was: Verdicts, became: Verdicts) -> Iterator[NotableChange]:
    old, new = sum(was.values()), sum(became.values())
    if abs(new - old) > max(GREW * old, BY_CHANCE * math.sqrt(new + old)) or not old or not new:
        yield NotableChange(kind, group, "", old, new)
    for verdict in sorted({*was, *became}) if old and new else ():
        share, share_now = was.get(verdict, 0) / old, became.get(verdict, 0) / new
        both = (was.get(verdict, 0) + became.get(verdict, 0)) / (old + new)
        by_chance = BY_CHANCE * math.sqrt(both * (1 - both) * (1 / old + 1 / new))
        if abs(share_now - share) > max(MOVED / 100, by_chance):
            yield NotableChange(kind, group, verdict, round(100 * share, 1), round(100 * share_now, 1))


def _how_far(move: NotableChange) -> tuple[bool, float, str]:
    """Sort key: changes of size before changes of share, the largest first."""
    return move.verdict != "", -abs(move.now - move.before), move.group


def share(counts: Mapping[str, int], verdict: str) -> float:
    """Return the share of candidates with this verdict, in percent."""
    return 100 * counts.get(verdict, 0) / (sum(counts.values()) or 1)
