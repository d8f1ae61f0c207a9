"""The OpenAPI 3.1 document of the API, made from the operations that the server runs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from api.operations import Operation
from api.problems import KINDS, PROBLEM_JSON, Code, ProblemDocument

REF: Final = "#/components/schemas/{model}"
NAMED: Final = re.compile(r"\{(\w+)\}")
DESCRIPTION: Final = """\
Les systèmes des ministères apportent à Zin ce que les citoyens lisent, et leur envoient des messages.

Chaque requête porte une clé : « Authorization: Bearer zin_live_… ». Une clé de test (zin_test_…) répond de même, et
rien ne part. Un refus est un application/problem+json qui dit quoi faire. Les adresses sont relatives à /api/v1.
"""


def build_document(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the document of these operations."""
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Zin pour les ministères",
            "version": "1.0.0",
            "description": DESCRIPTION,
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(operations),
        },
    }


def document_text(operations: Sequence[Operation]) -> str:
    """Return the document as it is served and stored in docs/."""
    return json.dumps(build_document(operations), ensure_ascii=False, indent=2) + "\n"


def _operation(one: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {"operationId": one.name, "summary": one.summary}
    given = [*_parameters("query", one.query), *_parameters("header", one.headers)]
    if parameters := [*_path_parameters(one.path), *given]:
        described["parameters"] = parameters
    if one.body:
        described["requestBody"] = {"required": True, "content": _content(one.body)}
    described["responses"] = {
        str(one.status): {"description": "La réponse", "content": _content(one.answer)},
        **_refusals(one.all_problems()),
    }
    return described


def _refusals(codes: Sequence[Code]) -> Mapping[str, Any]:
    """Return the problems by status; several may have the same."""
    titles: dict[str, list[str]] = {}
    for code in sorted(codes, key=lambda code: KINDS[code].status):
        titles.setdefault(str(KINDS[code].status), []).append(f"{KINDS[code].title} (urn:zin:problem:{code})")
    content = {PROBLEM_JSON: {"schema": {"$ref": REF.format(model=ProblemDocument.__name__)}}}
    return {status: {"description": " ; ".join(found), "content": content} for status, found in titles.items()}


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}}}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in NAMED.findall(path)
    ]


def _parameters(place: str, model: type[BaseModel] | None) -> list[dict[str, Any]]:
    schema = model.model_json_schema() if model else {}
    needed = schema.get("required", ())
    return [
        {"name": name, "in": place, "required": name in needed, "schema": one}
        for name, one in schema.get("properties", {}).items()
    ]


def _schemas(operations: Sequence[Operation]) -> dict[str, Any]:
    sent: list[tuple[type[BaseModel], JsonSchemaMode]] = [(one.body, "validation") for one in operations if one.body]
    answered: list[tuple[type[BaseModel], JsonSchemaMode]] = [(one.answer, "serialization") for one in operations]
    problem: tuple[type[BaseModel], JsonSchemaMode] = (ProblemDocument, "serialization")
    models = list(dict.fromkeys((*sent, *answered, problem)))
    _, found = models_json_schema(models, ref_template=REF)
    return dict(sorted(found["$defs"].items()))
