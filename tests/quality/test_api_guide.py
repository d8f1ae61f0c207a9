"""docs/api.md: each curl example is sent to a real server, and each table is that of the code."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp.test_utils import TestClient
from jsonschema import Draft202012Validator

from api.app import OPERATIONS, PREFIX
from api.openapi import build_document
from api.problems import KINDS
from tests.support.ministry_api import Answer, read
from tests.support.ministry_house import ministry_house

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
DOCUMENT = build_document(OPERATIONS)
BLOCK = re.compile(r"^```sh\n(curl .*?)^```$(?:\s*^```json\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """A curl command of the page, and the answer that the page shows, "" for none."""

    command: str
    answer: str


EXAMPLES = [Example(*found) for found in BLOCK.findall(PAGE)]


async def send(client: TestClient[Any, Any], command: str, known: Mapping[str, str]) -> Answer:
    """Send what a curl command would; only the options that the page uses are known."""
    for name, value in known.items():
        command = command.replace(f"${name}", value)
    words = shlex.split(command.replace("\\\n", " "))[1:]
    method, headers, body, address = "", {}, None, ""
    while words:
        match word := words.pop(0):
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "-d":
                body = words.pop(0)
            case _:
                assert not word.startswith("-"), word
                address = word
    method = method or ("POST" if body else "GET")
    async with client.request(method, address, headers=headers, data=body) as answer:
        return await read(answer)


def schema_of_answer(command: str, status: int) -> dict[str, Any]:
    """What the OpenAPI document says of the answer to a command of the page."""
    method = (re.findall(r"-X (\w+)", command) or ["POST" if " -d " in command else "GET"])[0]
    address = re.findall(r'\$ZIN([^"?\s]+)', command)[0]
    found = [one for one in OPERATIONS if one.method == method and re.fullmatch(pattern(one.path), address)]
    operation = next(one for one in found if "{" not in one.path or len(found) == 1)
    documented = DOCUMENT["paths"][operation.path][method.lower()]["responses"][str(status)]
    name = documented["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    schemas = DOCUMENT["components"]["schemas"]
    return {**schemas[name], "components": {"schemas": schemas}}


def pattern(path: str) -> str:
    return re.sub(r"\{\w+\}", "[^/]+", PREFIX + path)


def test_page_has_an_example_of_every_operation() -> None:
    shown = {re.sub(r"\?.*", "", address) for one in EXAMPLES for address in re.findall(r'\$ZIN([^"\s]+)', one.command)}
    patterns = {one.name: pattern(one.path) for one in OPERATIONS}
    assert [name for name, path in patterns.items() if not any(re.fullmatch(path, one) for one in shown)] == []


def test_page_has_every_problem_with_its_status() -> None:
    rows = {name: int(status) for status, name in re.findall(r"^\| (\d{3}) \| `([\w-]+)` \|", PAGE, re.MULTILINE)}
    assert rows == {code: kind.status for code, kind in KINDS.items()}


@pytest.mark.slow
async def test_examples_of_the_page_are_answered(valkey_url: str, tmp_path: Path) -> None:
    answers, known = list[Answer](), {"ZIN": ""}
    async with ministry_house(valkey_url, tmp_path) as house:
        known["CLE"] = (await house.ministry(mode="test")).key.text
        for one in EXAMPLES:
            answers.append(await send(house.client, one.command, known))
            known["ID"] = answers[-1].body.get("id", "")
    assert [one.status for one in answers if one.status >= 400] == []
    for one, answer in zip(EXAMPLES, answers, strict=True):
        documented = schema_of_answer(one.command, answer.status)
        assert list(Draft202012Validator(documented).iter_errors(answer.body)) == [], one.command
        assert set(documented["properties"]) == set(answer.body), one.command
    shown = [one for one in zip(EXAMPLES, answers, strict=True) if one[0].answer]
    assert shown
    for example, answer in shown:
        fields = re.findall(r'^  "(\w+)":', example.answer, flags=re.MULTILINE)
        assert fields == list(answer.body), example.command
