"""The main numbers of a period beside those of the period before: people, calls, hops, success and cost."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from analytics.repository import Totals
from reporting.french import NARROW, format_number
from settings import Settings

MINUS: Final = "\u2212"


@dataclass(frozen=True, slots=True)
class Compared:
    """A number of this period, and of the period before; None is not known."""

    title: str
    now: float | None
    before: float | None
    unit: str = ""
    about: str = ""  # before the number: that it is an estimate
    decimals: int = 0

    @property
    def shown(self) -> str:
        """Return the number with its unit."""
        if self.now is None:
            return ""
        number = f"{self.now:.{self.decimals}f}".replace(".", ",") if self.decimals else format_number(self.now)
        return f"{self.about}{number}{self.unit}"

    @property
    def change(self) -> str:
        """Return the change in per cent, "" if one of the two is missing; per cents differ by points."""
        if self.now is None or not self.before:
            return ""
        points = self.now - self.before if self.unit.strip() == "%" else 100 * (self.now / self.before - 1)
        unit = "points" if self.unit.strip() == "%" else "%"
        sign = "+" if round(points) > 0 else MINUS if round(points) < 0 else ""
        return f"{sign}{format_number(abs(points))}{NARROW}{unit}"


@dataclass(frozen=True, slots=True)
class Prices:
    """What a part of an SMS and a call cost in local money, 0 if not known, and which channels are calls."""

    sms: float
    ussd: float
    ussd_channels: Collection[str]


def prices(settings: Settings, ussd_channels: Collection[str]) -> Prices:
    """Return the prices of the settings."""
    return Prices(settings.sms_price, settings.ussd_price, ussd_channels)


def main_numbers(
    found: Totals, before: Totals, people: tuple[int | None, int | None], costs: Prices, sign: str
) -> list[Compared]:
    """Return the numbers at the top of the page; people are those of both periods."""
    return [
        Compared("Personnes", *people, about=f"≈{NARROW}"),
        *(Compared(title, _sum(found, what), _sum(before, what)) for what, title in COUNTS),
        Compared("Aboutis", _success(found), _success(before), f"{NARROW}%"),
        Compared("Appels par personne", _per_person(found, people[0]), _per_person(before, people[1]), decimals=1),
        *_costs(found, before, costs, f"{NARROW}{sign}"),
    ]


COUNTS: Final = (("calls", "Appels et conversations"), ("hops", "Échanges"), ("parts", "Parties de SMS"))


def _costs(found: Totals, before: Totals, costs: Prices, unit: str) -> Iterator[Compared]:
    """Yield the cost of SMS and of calls, None without a price."""

    def sms(one: Totals) -> float | None:
        return _sum(one, "parts") * costs.sms if costs.sms else None

    def ussd(one: Totals) -> float | None:
        calls = sum(many for channel, many in one.get("calls", {}).items() if channel in costs.ussd_channels)
        return calls * costs.ussd if costs.ussd else None

    yield Compared("Coût des SMS", sms(found), sms(before), unit)
    yield Compared("Coût des appels", ussd(found), ussd(before), unit)


def _per_person(found: Totals, people: int | None) -> float | None:
    return _sum(found, "calls") / people if people else None


def _success(found: Totals) -> float | None:
    calls = _sum(found, "calls")
    return 100 * min(1.0, _sum(found, "served") / calls) if calls else None


def _sum(found: Totals, what: str) -> int:
    return sum(found.get(what, {}).values())
