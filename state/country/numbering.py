"""The numbering plan of a country: which notations are a number of its own, and of which network a number is.

A form is written with X for any digit and [2-9] for one of some, as in 01XXXXXXXX. All forms of a plan become E.164.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

FORM: Final = r"^(X|[0-9]|\[[0-9]-[0-9]\]){4,15}$"
_ANY: Final = "[0-9]"


@dataclass(frozen=True, slots=True)
class NumberForm:
    """A notation of numbers within the country.

    drop are first digits that are only dialled within the country, add the first digits that this notation lacks.
    """

    written: str
    drop: str = ""
    add: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """A mobile network: its codes (MCC and MNC, as gateways write them), and the first digits of its numbers.

    trial are the first digits of the numbers that the simulator uses.
    """

    name: str
    codes: tuple[str, ...]
    begins: tuple[str, ...]
    trial: str


@dataclass(frozen=True)
class NumberingPlan:
    """The numbers of a country. unused is a form of numbers that nobody has, for load tests; "" if none is known."""

    country_code: str
    forms: tuple[NumberForm, ...]
    unused: str = ""
    networks: tuple[Network, ...] = ()

    def normalize(self, written: str) -> str:
        """Return the E.164 form of a number of this country, written without spaces; "" for anything else."""
        found = self._pattern.fullmatch(written)
        return f"{self._begins[found.lastindex or 0]}{found[found.lastindex or 0]}" if found else ""

    def network(self, code: str, number: str) -> str:
        """Return the name of the network with this code, else that of the number's first digits; "" if unknown."""
        if code in self._by_code:
            return self._by_code[code]
        for length, names in self._by_digits:
            if name := names.get(number[:length]):
                return name
        return ""

    def owns(self, number: str) -> bool:
        """Return whether a number in E.164 form is one of this country."""
        return number.startswith(self._prefix)

    def trial_number(self, network: Network, last: int) -> str:
        """Return a number of the simulator, as people of the country write it; last are its last digits."""
        return f"{network.trial}{last:0{len(_digits(self.forms[0].written)) - len(network.trial)}}"

    def unused_number(self, number: int) -> str:
        """Return a number that nobody has, in E.164 form without the plus sign."""
        places = self.unused.count("X")
        digits = iter(f"{number % 10**places:0{places}}")
        return self.country_code + "".join(next(digits) if sign == "X" else sign for sign in self.unused)

    @property
    def shortest(self) -> int:
        """Return the digits of the shortest notation of a number within the country."""
        return min(len(_digits(one.written)) for one in self.forms)

    @cached_property
    def _prefix(self) -> str:
        return f"+{self.country_code}"

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        forms = (f"{one.drop}({_regex(one.written.removeprefix(one.drop))})" for one in self.forms)
        return re.compile(rf"(?:(?:\+|00)?{self.country_code})?(?:{'|'.join(forms)})")

    @cached_property
    def _begins(self) -> Sequence[str]:
        """The first digits of the E.164 form, by the group of the pattern."""
        return ("", *(f"+{self.country_code}{one.add}" for one in self.forms))

    @cached_property
    def _by_code(self) -> Mapping[str, str]:
        return {code: one.name for one in self.networks for code in one.codes}

    @cached_property
    def _by_digits(self) -> Sequence[tuple[int, Mapping[str, str]]]:
        """The networks by the first digits of a number in E.164 form, the longest first."""
        found: dict[int, dict[str, str]] = {}
        for one in self.networks:
            for digits in one.begins:
                begin = f"+{self.country_code}{digits}"
                found.setdefault(len(begin), {})[begin] = one.name
        return sorted(found.items(), reverse=True)


def _digits(form: str) -> list[str]:
    """Return the digits of a form, one for each place."""
    return re.findall(r"\[[0-9]-[0-9]\]|.", form)


def _regex(form: str) -> str:
    return "".join(_ANY if one == "X" else one for one in _digits(form))


def covers(form: str, digits: str, *, whole: bool = False) -> bool:
    """Return whether a number that begins with these digits, or is them if `whole`, can have this form."""
    places = [_ANY if one == "X" else one for one in _digits(form)]
    is_met = all(re.fullmatch(place, one) for place, one in zip(places, digits, strict=False))
    return is_met and (len(digits) == len(places) if whole else len(digits) < len(places))
