"""What a person of a ministry may see and change: its own things.

A thing is of one ministry, or of none: then it is of the house, all may see it, and only accounts without a ministry
change it. An account without a ministry sees and changes everything. What an account may do at all is its role.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select

from accounts.refusals import AccountRefused
from database import tables
from database.interface import Database, Writer
from state.country import country

ALL_MINISTRIES: Final = "tous"  # in the audit
_O = tables.operators.c
MINISTRY: Final = select(_O.ministry).where(_O.name == bindparam("called"))


def known_ministry(ministry: str) -> str:
    """Return a ministry of the country, or "". Raises AccountRefused for any other text."""
    known = country().ministries
    if ministry and ministry not in known:
        there = ", ".join(sorted(known)) or "aucun"
        raise AccountRefused(f"Ce ministère n’est pas dans country.yaml ; il y a : {there}.")
    return ministry


def ministry_name(ministry: str) -> str:
    """Return the French name of a ministry; that of one which country.yaml has no more is its short name."""
    return country().ministries.get(ministry, ministry)


@dataclass(frozen=True, slots=True)
class Scope:
    """The things of one ministry, by its short name; "" for those of all."""

    ministry: str = ""

    @property
    def is_bound(self) -> bool:
        """Whether it is less than everything."""
        return bool(self.ministry)

    def may_see(self, ministry: str) -> bool:
        """Whether a thing of this ministry may be seen; "" is the house."""
        return not self.ministry or ministry in ("", self.ministry)

    def may_change(self, ministry: str) -> bool:
        """Whether a thing of this ministry may be changed."""
        return not self.ministry or ministry == self.ministry


EVERYTHING: Final = Scope()


async def load_scope(reader: Database | Writer, by: str) -> Scope:
    """Return the scope of the author of an action, as a database or its transaction has it. Raises SourceUnavailable.

    A name without an account, which no sign-in has, is that of the server's shell or of a demonstration: everything.
    """
    found = await reader.rows(MINISTRY, called=by)
    return Scope(str(found[0]["ministry"])) if found else EVERYTHING
