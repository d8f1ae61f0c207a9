"""How many inputs the ordinary jobs cost: tests/data/understood/inputs.yaml, played on our own menus."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from authoring.replay.sandbox import ReplaySandbox
from state.preferences import Preference
from state.text.encoding import fold
from tests.support.sandbox import our_house
from tests.support.typing_citizens import Citizen

JOBS = yaml.safe_load((Path(__file__).parents[2] / "data" / "understood" / "inputs.yaml").read_text(encoding="utf-8"))
Played = Callable[[dict[str, Any]], list[str]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Plays a job; its database belongs to one event loop."""
    with asyncio.Runner() as runner:
        context = our_house(tmp_path_factory.mktemp("house"))
        house = runner.run(context.__aenter__())
        yield lambda job: runner.run(_play(house, job))
        runner.run(context.__aexit__(None, None, None))


async def _play(house: ReplaySandbox, job: dict[str, Any]) -> list[str]:
    """Return the pages that the inputs of a job lead to, one for each input."""
    house.preferences.default = Preference("fr")
    citizen, pages = Citizen(house, "ussd" if job["where"] == "call" else "sms"), []
    if job["where"] == "call":
        pages.append(fold((await citizen.say("")).text))
    for typed in job["inputs"]:
        pages.append(fold((await citizen.say(_chosen(typed, pages[-1]) if typed[0] == "@" else typed)).text))
    return pages[-len(job["inputs"]) :]


def _chosen(typed: str, page: str) -> str:
    """Return the number of an option on the page that a citizen sees."""
    option = re.search(rf"(?m)^(\d+) {re.escape(fold(typed[1:]))}$", page)
    assert option, page
    return option[1]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: f"{job['job']}, {job['where']}, {job['by']}")
def test_job_costs_few_inputs(job: dict[str, Any], played: Played) -> None:
    pages = played(job)
    assert len(job["inputs"]) <= job["most"]
    assert [text for text in job["shows"] if fold(text) not in "\n".join(pages)] == [], pages
    assert fold(job.get("last", "")) in pages[-1]


def test_every_job_has_a_message_of_one_input() -> None:
    by_message = {job["job"] for job in JOBS if job["where"] == "sms" and len(job["inputs"]) == 1}
    assert by_message == {job["job"] for job in JOBS}
