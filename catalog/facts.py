"""The facts in an entry of a service, each with its source and date."""

from __future__ import annotations

from pydantic import Field

from catalog.entry_types import Address, Day, Francs, Note, Text
from state.yaml_files.strict_model import StrictModel


class _Sourced(StrictModel):
    source: Text = Field(description="où ce fait a été lu : en toutes lettres, ou l'adresse")
    as_of: Day = Field(description="date à laquelle il était vrai : AAAA, AAAA-MM ou AAAA-MM-JJ")
    note: Note = Field("", description="ce que le citoyen doit savoir en plus ; s'affiche entre parenthèses")


class Figure(_Sourced):
    """A fact that was verified: its words, who affirms it, and when it was true."""

    value: Text


class Cost(_Sourced):
    """A price in whole CFA francs; 0 is free of charge."""

    value: Francs


class Documents(_Sourced):
    """The papers to bring, one a line."""

    value: tuple[Text, ...] = Field(min_length=1)


class Site(_Sourced):
    """The address of the page where the service is had."""

    value: Address
