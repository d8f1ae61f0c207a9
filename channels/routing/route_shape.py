"""The form of gateways/routes.yaml, and its JSON Schema. docs/passerelles.md explains it to operators."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import Field

from channels.declared.shape import FileName
from state.yaml_files.strict_model import StrictModel, text_pattern
from state.yaml_files.types import Short

GatewayName = Annotated[
    str, text_pattern(r"^[a-z][a-z0-9-]*$", "le nom d'un fichier de gateways, ou africastalking", most=40)
]
Price = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


class RouteRow(StrictModel):
    """One gateway, and the messages that may leave by it."""

    gateway: GatewayName
    networks: tuple[Short, ...] = Field(
        (), description="les réseaux de country.yaml que cette passerelle sert ; sans cette clé, tous les numéros"
    )
    price: Price | None = Field(None, description="le prix d'un SMS (d'une partie), dans la monnaie du pays")
    fallback: bool = Field(False, description="true : elle ne sert que si aucune autre ne marche")


class RoutesFile(StrictModel):
    """The table of the SMS that leave."""

    routes: tuple[RouteRow, ...] = Field(description="une ligne par passerelle ; vide, Zin choisit la seule qu'il a")
    ported: FileName | None = Field(
        None,
        description="un fichier de ce dossier : les numéros qui ont changé de réseau ; par ligne : numéro,réseau",
    )


def routes_schema() -> str:
    """Return the text of gateways/routes.schema.json."""
    return json.dumps(RoutesFile.model_json_schema(), ensure_ascii=False, indent=2) + "\n"
