"""Recorded calls that differ in the same lines, as one: an added choice on the first screen is in every call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from authoring.diff.text_diff import DiffRow, side_by_side
from authoring.replay.regression import ReplayDifference


@dataclass(frozen=True, slots=True)
class CallGroup:
    """Calls with the same differing lines, and these lines as the first of the calls has them."""

    calls: tuple[ReplayDifference, ...]
    rows: tuple[DiffRow, ...]


def group_calls(calls: Sequence[ReplayDifference]) -> list[CallGroup]:
    """Return the groups, the largest first; a call that cannot be replayed is a group of its own."""
    found: dict[object, list[tuple[ReplayDifference, tuple[DiffRow, ...]]]] = {}
    for call in calls:
        rows = side_by_side(call.before, call.after) if not call.problem else ()
        key = frozenset(row for row in rows if not row.is_same) if rows else call.name
        found.setdefault(key, []).append((call, rows))
    groups = [CallGroup(tuple(call for call, _ in several), several[0][1]) for several in found.values()]
    return sorted(groups, key=lambda group: -len(group.calls))
