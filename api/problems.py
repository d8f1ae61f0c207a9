"""Errors of the API as problem+json (RFC 9457), in French: what is wrong, and what the caller can do.

The docstrings of the models are in French, because they stand in the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal, NamedTuple

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

PROBLEM_JSON: Final = "application/problem+json"
MAX_ERRORS: Final = 20  # shown of a body
Code = Literal[
    "not-json",
    "unauthenticated",
    "forbidden",
    "not-found",
    "method-not-allowed",
    "too-slow",
    "conflict",
    "too-large",
    "wrong-type",
    "invalid",
    "too-many-requests",
    "over-budget",
    "fault",
    "unavailable",
]


class Kind(NamedTuple):
    """The HTTP status of a kind of problem, and its title."""

    status: int
    title: str


KINDS: Final[Mapping[Code, Kind]] = {
    "not-json": Kind(400, "Le corps n'est pas du JSON"),
    "unauthenticated": Kind(401, "Clé absente ou refusée"),
    "forbidden": Kind(403, "Cette clé ne le permet pas"),
    "not-found": Kind(404, "Introuvable"),
    "method-not-allowed": Kind(405, "Méthode non prévue"),
    "too-slow": Kind(408, "Requête arrivée trop lentement"),
    "conflict": Kind(409, "Référence déjà utilisée"),
    "too-large": Kind(413, "Corps trop grand"),
    "wrong-type": Kind(415, "Type de contenu refusé"),
    "invalid": Kind(422, "Contenu à corriger"),
    "too-many-requests": Kind(429, "Trop de requêtes"),
    "over-budget": Kind(429, "Budget du jour dépassé"),
    "fault": Kind(500, "Erreur de Zin"),
    "unavailable": Kind(503, "Service momentanément indisponible"),
}


class FieldError(BaseModel):
    """Une faute dans le corps ou dans l'adresse."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: Annotated[str, Field(description="chemin du champ, par exemple to.0.phone", examples=["to.0.phone"])]
    message: Annotated[str, Field(description="ce qu'il faut corriger", examples=["il manque ce champ"])]


class ProblemDocument(BaseModel):
    """Un refus, et ce qu'il faut faire."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Annotated[str, Field(description="nom stable du problème", examples=["urn:zin:problem:invalid"])]
    title: Annotated[str, Field(description="le problème en quelques mots")]
    status: Annotated[int, Field(description="le statut HTTP")]
    detail: Annotated[str, Field(description="ce qu'il faut faire")]
    errors: Annotated[tuple[FieldError, ...], Field(description="les fautes, champ par champ ; vingt au plus")] = ()


class ApiProblem(Exception):
    """A request is refused. retry_seconds is the wait after which it may succeed, 0 if waiting does not help."""

    def __init__(self, code: Code, detail: str, errors: Sequence[FieldError] = (), retry_seconds: float = 0.0) -> None:
        super().__init__(code)
        self.code, self.detail, self.errors, self.retry_seconds = code, detail, tuple(errors), retry_seconds

    def response(self) -> web.Response:
        """Return the answer to the caller."""
        status, title = KINDS[self.code]
        document = ProblemDocument(
            type=f"urn:zin:problem:{self.code}", title=title, status=status, detail=self.detail, errors=self.errors
        )
        headers = {"Cache-Control": "no-store"}
        if self.code == "unauthenticated":
            headers["WWW-Authenticate"] = 'Bearer realm="zin"'
        if self.retry_seconds:
            headers["Retry-After"] = str(max(1, round(self.retry_seconds + 0.5)))
        return web.Response(
            status=status, text=document.model_dump_json(), content_type=PROBLEM_JSON, charset="utf-8", headers=headers
        )
