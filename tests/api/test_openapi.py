"""The OpenAPI document and the server agree, in both directions."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from openapi_spec_validator import validate

from api.app import DOCUMENT, OPERATIONS, PREFIX, api_app
from api.openapi import build_document, document_text
from api.operations import Operation
from api.problems import KINDS
from tests.support.ministry_api import open_api

STORED = Path(__file__).parents[2] / "docs" / "api-v1.json"
OPENAPI = build_document(OPERATIONS)
Client = TestClient[Any, Any]


def schema_of(name: str) -> Any:
    return OPENAPI["components"]["schemas"][name]


def test_document_is_valid_openapi() -> None:
    validate(OPENAPI)


def test_stored_document_is_that_of_the_server(rewrite: bool) -> None:
    if rewrite:
        STORED.write_text(document_text(OPERATIONS), encoding="utf-8")
    assert STORED.read_text(encoding="utf-8") == document_text(OPERATIONS), "run: pytest --rewrite tests/api"


def served() -> Iterator[tuple[str, str]]:
    """Every method and path that the router of the API knows."""
    for route in api_app().router.routes():
        if route.resource and route.method != "HEAD":
            yield route.method, route.resource.canonical


def test_document_has_every_route_and_no_other() -> None:
    documented = {(method.upper(), path) for path, one in OPENAPI["paths"].items() for method in one}
    assert documented == set(served()) - {("GET", DOCUMENT)}
    assert documented


def test_every_problem_is_documented_somewhere() -> None:
    unrouted = {"method-not-allowed"}  # of an address that the document does not have
    assert set(re.findall(r"urn:zin:problem:([\w-]+)\)", document_text(OPERATIONS))) == set(KINDS) - unrouted


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_documented_fields_are_those_of_the_models(operation: Operation) -> None:
    for model in filter(None, (operation.body, operation.answer)):
        schema = schema_of(model.__name__)
        assert set(schema["properties"]) == {one.alias or name for name, one in model.model_fields.items()}
        assert schema["additionalProperties"] is False
        assert [name for name, one in schema["properties"].items() if not one.get("description")] == []


@pytest.fixture
async def client(valkey_url: str, tmp_path: Path) -> AsyncIterator[Client]:
    async with open_api(valkey_url, tmp_path) as client:
        yield client


@pytest.mark.slow
async def test_server_gives_its_document_without_a_key(client: Client) -> None:
    async with client.get(PREFIX + DOCUMENT) as answer:
        assert (answer.status, await answer.json()) == (200, OPENAPI)
