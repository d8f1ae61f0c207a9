"""What an installation knows of its country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from state.country.numbering import NumberingPlan


@dataclass(frozen=True, slots=True)
class Currency:
    """The money of a country: its ISO 4217 code, its name, and what stands behind an amount on a phone."""

    code: str
    name: str
    sign: str

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return what people write behind an amount, the longest first."""
        return tuple(sorted({self.name, self.name.replace(" ", ""), self.code, self.sign}, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Country:
    """A country. code and code3 are those of ISO 3166-1; service_code is dialled where no setting names one.

    guessable are words that no password may be. portal_codes is the form of the codes that the portal gives services,
    such as PSXXXXX, where X is a digit; "" if any code will do. ministries are their French names, by the short names
    that files and accounts have.
    """

    name: str
    code: str
    code3: str
    time_zone: tzinfo
    currency: Currency
    service_code: str
    numbers: NumberingPlan
    guessable: tuple[str, ...] = ()
    portal_codes: str = ""
    ministries: Mapping[str, str] = field(default_factory=dict)

    @property
    def trial_number(self) -> str:
        """Return the number of the trial phone, in E.164 form."""
        plan = self.numbers
        return plan.normalize(plan.trial_number(plan.networks[0], 1))
