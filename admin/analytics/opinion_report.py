"""Whether answers helped, as citizens said at the question of the menus, by service, beside the period before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from admin.analytics.usage_report import percent
from analytics.people import SERVICE
from analytics.repository import Totals
from state.menu.schema import choices_of
from state.menu.versions import MenuVersion

NUMBERS: Final = ("1", "2", "3")  # the choices of the question
ALL: Final = "Tous les services"
MAX_ROWS: Final = 20
Counts = Mapping[str, Counter[str]]  # how often each number was chosen, by service or journey


@dataclass(frozen=True, slots=True)
class ServiceOpinions:
    """What citizens said about one service, or one journey: how many, and the number and per cent of each choice.

    before is the per cent of the first choice in the period before, None if nobody said anything.
    """

    name: str
    many: int
    answers: Sequence[tuple[int, int]]
    before: int | None

    @property
    def first_share(self) -> int:
        """Return the per cent of the first choice."""
        return self.answers[0][1]


@dataclass(frozen=True, slots=True)
class OpinionReport:
    """The labels of the choices in the menus in service, and a row for each service, the most frequent first."""

    labels: Sequence[str]
    rows: Sequence[ServiceOpinions]


def opinions(found: Totals, before: Totals, edition: MenuVersion, services: Mapping[str, str]) -> OpinionReport:
    """Return what citizens said; services has their names by id. The first row is that of all, if there are several."""
    now, earlier = _counts(found), _counts(before)
    ranked = sorted(now, key=lambda about: (-now[about].total(), about))[:MAX_ROWS]
    rows = [_row(_name(about, edition, services), now[about], earlier.get(about, Counter())) for about in ranked]
    if len(rows) > 1:
        rows.insert(0, _row(ALL, _sum(now), _sum(earlier)))
    return OpinionReport(_labels(edition), rows)


def _counts(found: Totals) -> Counts:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for of, many in found.get("opinion", {}).items():
        names = of.split(" ", 3)  # number, channel, language, what it is about
        if names[0] in NUMBERS:  # not what stands for the rarest names together (analytics/repository.py)
            counts[names[-1]][names[0]] += many
    return counts


def _sum(counts: Counts) -> Counter[str]:
    return sum(counts.values(), Counter())


def _row(name: str, now: Counter[str], before: Counter[str]) -> ServiceOpinions:
    many, earlier = now.total(), before.total()
    answers = [(now[number], percent(now[number], many)) for number in NUMBERS]
    return ServiceOpinions(name, many, answers, percent(before[NUMBERS[0]], earlier) if earlier else None)


def _name(about: str, edition: MenuVersion, services: Mapping[str, str]) -> str:
    if about.startswith(SERVICE):
        service = about.removeprefix(SERVICE)
        return services.get(service, service)
    known = edition.journeys.files.get(about)
    return known.title if known else f"{about} (parcours retiré)"


def _labels(edition: MenuVersion) -> Sequence[str]:
    """Return the labels of the choices; their numbers if no journey asks, or several ask different questions."""
    asked = {
        tuple(choice.label for choice in choices_of(edition.journeys.screens[name]))
        for name in edition.journeys.surveys.values()
    }
    return asked.pop() if len(asked) == 1 else NUMBERS
