"""Reads what a caller sends: the body within its limits, then every field against its model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from api.problems import MAX_ERRORS, ApiProblem, FieldError
from channels.webhooks.body_reader import BROKEN
from httpclient.json_client import JSON
from httpclient.limited_body import read_limited
from reporting.french import format_number
from state.yaml_files.error_messages import PYDANTIC_MESSAGES

MAX_COUNTED: Final = 1000  # faults; of more, each would cost the server memory
MAX_SHOWN: Final = 40  # characters of a wrong value
JSON_MESSAGES: Final[Mapping[str, str]] = {
    "missing": "il manque ce champ",
    "extra_forbidden": "ce champ n'existe pas : comparez son nom avec /api/v1/openapi.json",
    "tuple_type": "ici il faut une liste",
    "list_type": "ici il faut une liste",
    "dict_type": "ici il faut un objet",
    "model_type": "ici il faut un objet",
    "int_type": "ici il faut un nombre entier, sans guillemets",
    "bool_type": "ici il faut true ou false, sans guillemets",
    "string_pattern_mismatch": "ce texte n'a pas la forme {pattern}",
    "timezone_aware": "il manque le fuseau : écrivez l'heure comme 2026-12-01T08:00:00+01:00",
}
DATETIME: Final = "ce n'est pas une heure comme 2026-12-01T08:00:00+01:00"
Model = TypeVar("Model", bound=BaseModel)


class RequestModel(BaseModel):
    """What a caller sends: no other fields, and each of its own type, so that nothing is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


async def read_model(request: web.Request, model: type[Model], max_bytes: int) -> Model:
    """Read and validate the body. Raises ApiProblem."""
    if request.content_type != JSON:
        raise ApiProblem("wrong-type", f"Envoyez le corps avec l'en-tête « Content-Type: {JSON} ».")
    return parse_model(await _read(request, max_bytes), model)


async def _read(request: web.Request, max_bytes: int) -> bytes:
    too_large = ApiProblem(
        "too-large", f"{format_number(max_bytes)} octets au plus : envoyez la liste en plusieurs fois."
    )
    if (request.content_length or 0) > max_bytes:
        raise too_large
    try:
        raw = await read_limited(request.content, max_bytes)
    except BROKEN:  # cut off, malformed or too slow (channels/webhooks/connections.py)
        raise ApiProblem("too-slow", "Le corps n'est pas arrivé entier : renvoyez la même requête.") from None
    if raw is None:
        raise too_large
    return raw


def parse_model(raw: bytes, model: type[Model]) -> Model:
    """Validate a JSON text. Raises ApiProblem, whose fields name no value of more than a few characters."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _problem(error) from None


def parse_query(query: Mapping[str, str], model: type[Model]) -> Model:
    """Validate what is behind the question mark of an address. Raises ApiProblem."""
    try:
        return model.model_validate_strings(dict(query))
    except ValidationError as error:
        raise _problem(error) from None


def parse_headers(headers: Mapping[str, str], model: type[Model]) -> Model:
    """Validate the headers that the model names. Raises ApiProblem."""
    names = (one.alias or name for name, one in model.model_fields.items())
    return parse_query({name: headers[name] for name in names if name in headers}, model)


def _problem(error: ValidationError) -> ApiProblem:
    many = error.error_count()
    if many > MAX_COUNTED:
        return ApiProblem("invalid", f"Plus de {format_number(MAX_COUNTED)} fautes : corrigez d'abord la forme.")
    found = error.errors(include_url=False)
    if found[0]["type"] == "json_invalid":
        return ApiProblem("not-json", "Le corps doit être un objet JSON, en UTF-8.")
    found = [one for one in found if not (one["type"] == "too_short" and _has_faults_inside(one["loc"], found))]
    many = len(found)
    fields = [FieldError(field=".".join(map(str, one["loc"]))[:120], message=_message(one)) for one in found]
    shown = fields[:MAX_ERRORS]
    rest = f" Les {MAX_ERRORS} premières de {format_number(many)} fautes." if many > MAX_ERRORS else ""
    return ApiProblem("invalid", f"Corrigez ces champs, puis renvoyez la requête.{rest}", shown)


def _has_faults_inside(place: tuple[int | str, ...], found: Sequence[Any]) -> bool:
    """Return whether other faults are inside this list: pydantic does not count its invalid elements."""
    return any(len(one["loc"]) > len(place) and one["loc"][: len(place)] == place for one in found)


def _message(error: Any) -> str:
    kind = error["type"]
    if kind == "value_error":
        return str(error["msg"]).removeprefix("Value error, ")
    if kind.startswith("datetime"):
        return DATETIME
    text = JSON_MESSAGES.get(kind) or PYDANTIC_MESSAGES.get(kind)
    if text is None:
        return "cette valeur n'est pas acceptée"
    return text.format(**{"input": str(error.get("input"))[:MAX_SHOWN], **error.get("ctx", {})})
