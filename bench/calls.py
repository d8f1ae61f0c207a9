"""The citizens' calls that the benchmarks play: the inputs after dialling, and words of the last screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote_plus


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the inputs after dialling, and words that the last screen must contain."""

    inputs: tuple[str, ...]
    ends: str

    def texts(self) -> list[str]:
        """Return the URL-encoded text that the gateway sends at each hop."""
        return [quote_plus("*".join(self.inputs[:typed])) for typed in range(len(self.inputs) + 1)]


def as_first_calls(calls: tuple[Call, ...]) -> tuple[Call, ...]:
    """Return the same calls of citizens whose language is not stored: they choose French first."""
    return tuple(replace(call, inputs=("1", *call.inputs)) for call in calls)


# SHORT and LANGUAGE have two hops: a screen of returning citizens, and the choice of new ones.
SHORT: Final = (Call(("7",), "Changer de langue"),)
LANGUAGE: Final = (Call(("1",), "Suivre une demande"),)
# SCREENS asks no source: it is the pure hop, to compare with the floor. JOURNEYS has every journey, with lists,
# searches and look-ups in SQL. RESULTS is what most citizens do on results day.
SCREENS: Final = (
    Call(("7", "1", "0", "00"), "Services publics"),
    Call(("1", "0", "7", "3"), "Rappelez dans les dix minutes"),
    Call(("7", "4", "0"), "Changer de langue"),
    Call(("4", "2", "0", "0"), "Services publics"),
)
JOURNEYS: Final = (
    Call(("3", "1", "12345"), "Admis(e)"),
    Call(("3", "1", "12346", "1"), "Il reste les oraux"),
    Call(("1", "4", "1", "98", "1"), "acte de naissance"),
    Call(("1", "3", "pasport", "1"), "photo 35 x 45"),
    Call(("2", "EX-000001", "0001", "98"), "Que faire maintenant"),
    Call(("4", "1", "3"), "Kandi"),
    Call(("4", "2", "natitngou", "1"), "Pas de centre connu"),
    Call(("5", "100001", "03021961"), "Dossier complet"),
    Call(("7", "1", "0", "00"), "Services publics"),
)
RESULTS: Final = (
    Call(("3", "1", "12345"), "Admis(e)"),
    Call(("3", "1", "12346"), "Admissible"),
    Call(("3", "1", "12347"), "Refusé(e)"),
)
