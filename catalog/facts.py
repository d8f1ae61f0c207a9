"""The facts in an entry of a service, each with its source and date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from pydantic import Field

from catalog.entry_types import Address, Day, Francs, LastDay, Note, Text
from reporting.time_zone import zone
from state.yaml_files.strict_model import StrictModel

FACTS: Final = ("cost", "rates", "delay", "validity", "documents", "where", "url")  # in the order of a file


def local_today() -> date:
    """Return the day that it is in our country."""
    return datetime.now(zone()).date()


class Sourced(StrictModel):
    """What every fact has beside its value."""

    source: Text = Field(description="où ce fait a été lu : en toutes lettres, ou l'adresse")
    as_of: Day = Field(description="date à laquelle il était vrai : AAAA, AAAA-MM ou AAAA-MM-JJ")
    until: LastDay | None = Field(None, description="dernier jour où il vaut, s'il est d'une année : AAAA-MM-JJ")
    note: Note = Field("", description="ce que le citoyen doit savoir en plus ; s'affiche entre parenthèses")

    def is_past(self, today: date) -> bool:
        """Whether the last day of this fact is over."""
        return self.until is not None and today > date.fromisoformat(self.until)


class Figure(Sourced):
    """A fact that was verified: its words, who affirms it, and when it was true."""

    value: Text


class Cost(Sourced):
    """A price in whole CFA francs; 0 is free of charge."""

    value: Francs


class Documents(Sourced):
    """The papers to bring, one a line."""

    value: tuple[Text, ...] = Field(min_length=1)


class Site(Sourced):
    """The address of the page where the service is had."""

    value: Address
