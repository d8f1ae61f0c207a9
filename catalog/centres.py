"""Service centres as operators write them: one YAML file for each, in menus/centres.

Each fact stands beside its source and its date, as in the entry of a service. What is not known is left out of the
file, and citizens read « à confirmer » instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from catalog.communes import DEGREES, FILE, Commune
from catalog.entry_types import LastDay, Text, slug
from catalog.facts import Sourced
from state.errors import Problem
from state.text.positions import Position
from state.yaml_files.loader import did_you_mean, read
from state.yaml_files.strict_model import StrictModel

FOLDER: Final = "centres"
CHANGING: Final = ("address", "landmark", "hours", "phone", "services")  # the day of the opening stays what it is
TO_ASK: Final = {
    "address": "adresse",
    "hours": "horaires",
    "phone": "téléphone",
}  # what is asked for if it is not known

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=90)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50)]


def _degrees(most: int) -> AfterValidator:
    """Return the validator of degrees; `most` is the largest number of them."""

    def check(written: str) -> str:
        if not re.fullmatch(DEGREES, written, re.ASCII) or abs(float(written)) > most:
            raise ValueError(f"« {written} » : écrivez des degrés avec un point, comme 6.37, de -{most} à {most}")
        return written

    return AfterValidator(check)


class Opened(Sourced):
    """The day from which a centre is open."""

    value: LastDay


class Known(Sourced):
    """One line about a centre."""

    value: Line


class Offered(Sourced):
    """What can be had at a centre."""

    value: tuple[Short, ...] = Field(min_length=1)


class Located(Sourced):
    """Where a centre itself is, in degrees; without it, distances are measured to the seat of its commune."""

    latitude: Annotated[
        str, _degrees(90), WithJsonSchema({"type": ["string", "number"], "minimum": -90, "maximum": 90})
    ]
    longitude: Annotated[
        str, _degrees(180), WithJsonSchema({"type": ["string", "number"], "minimum": -180, "maximum": 180})
    ]

    @property
    def position(self) -> Position:
        """The position of the centre."""
        return Position(float(self.latitude), float(self.longitude))


class Centre(StrictModel):
    """One service centre; every fact may be missing, and is then not known."""

    name: Name = Field(description="le nom que le citoyen lit : 60 caractères au plus, unique")
    commune: Text = Field(description="sa commune, écrite comme dans communes.csv")
    opened: Opened | None = Field(None, description="le jour de son ouverture : AAAA-MM-JJ")
    address: Known | None = None
    landmark: Known | None = Field(None, description="un repère : ce que l'on dit au zémidjan")
    hours: Known | None = None
    phone: Known | None = None
    services: Offered | None = Field(None, description="ce que l'on y fait")
    position: Located | None = None

    def is_open(self, today: date) -> bool:
        """Whether the centre has opened, as far as is known."""
        return self.opened is None or date.fromisoformat(self.opened.value) <= today

    def facts(self) -> Iterator[tuple[str, Sourced]]:
        """Yield the facts that are known and may change, each with its key."""
        for key in CHANGING:
            fact: Sourced | None = getattr(self, key)
            if fact:
                yield key, fact

    def texts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield what citizens read of it, each with its place in the file; it is shown as it is, in every language."""
        yield ("name",), self.name
        for key in ("address", "landmark", "hours", "phone"):
            fact: Known | None = getattr(self, key)
            if fact:
                yield (key, "value"), fact.value
        for place, text in enumerate(self.services.value if self.services else ()):
            yield ("services", "value", place), text


def unplaced(folder: Path, centres: Mapping[str, Centre], communes: Mapping[str, Commune]) -> Iterator[Problem]:
    """Yield a problem for each centre whose commune is not in the file of communes."""
    for name, centre in centres.items():
        if slug(centre.commune) not in communes:
            near = did_you_mean(centre.commune, [one.name for one in communes.values()])
            what = f"« {centre.commune} » n'est pas une commune de {FILE}{near}"
            yield read(folder / f"{name}.yaml").problem_at(("commune",), what)


def listed(communes: Mapping[str, Commune], filed: Mapping[str, Centre]) -> dict[str, Centre]:
    """Return the centres of which the file of communes says only that there is one, and no file says more, by id."""
    known = {slug(one.commune) for one in filed.values()}
    return {
        f"{FOLDER}-{name}": _of_commune(one) for name, one in communes.items() if one.is_served and name not in known
    }


def _of_commune(commune: Commune) -> Centre:
    opened = (
        Opened(value=commune.opened, source=commune.source or FILE, as_of=commune.opened) if commune.opened else None
    )
    return Centre(
        name=f"Centre communal de services publics de {commune.name}"[:60], commune=commune.name, opened=opened
    )
