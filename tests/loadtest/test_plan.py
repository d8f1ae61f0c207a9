"""Plans of a load test: impossible ones are refused before any request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loadtest.plan import Keys, LoadTestImpossible, Mix, Plan
from loadtest.runner import run_load_test
from tests.support.results_server import hush, plan, results_day

IMPOSSIBLE = [
    ({"address": "https://zin.example"}, "http://127.0.0.1:8080"),
    ({"address": "127.0.0.1:8080"}, "http://127.0.0.1:8080"),
    ({"address": "http://127.0.0.1:99999"}, "http://127.0.0.1:8080"),
    ({"address": "http://127.0.0.1:1"}, "ne prend pas"),
    ({"look_ups": 0}, "plus grands que zéro"),
    ({"rate": 0.0}, "plus grands que zéro"),
    ({"candidates": ()}, "aucun candidat"),
    ({"session": "bts-2026"}, "« bts 2026 »"),
]


@pytest.mark.parametrize(("wrong", "message"), IMPOSSIBLE, ids=[str(one) for one, _ in IMPOSSIBLE])
async def test_impossible_plan_is_refused_before_any_request(wrong: dict[str, Any], message: str) -> None:
    async with results_day() as day:
        with pytest.raises(LoadTestImpossible, match=message):
            await run_load_test(replace(plan(day), **wrong), hush)
    assert not day.asked


async def test_wrong_secret_and_used_port_are_reported() -> None:
    async with results_day() as day:
        with pytest.raises(LoadTestImpossible, match="adresse et secret"):
            await run_load_test(plan(day, keys=Keys(secret="another")), hush)
        taken = int(day.address.rpartition(":")[2])
        with pytest.raises(LoadTestImpossible, match=f"Le port {taken} n'est pas libre"):
            await run_load_test(plan(day, gateway=taken), hush)


MIXES = [
    ("ussd=80,sms=20", Mix(80, 20, 0, 0)),
    (" telegram=1 ", Mix(0, 0, 0, 1)),
    ("ussd=0", None),
    ("ussd", None),
    ("fax=1", None),
    ("ussd=-1", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "mix"), MIXES)
def test_mix_is_read_as_typed(written: str, mix: Mix | None) -> None:
    if mix:
        assert Mix.read(written) == mix
    else:
        with pytest.raises(LoadTestImpossible, match=r"[iI]l faut"):
            Mix.read(written)


def test_printed_plan_contains_no_secret() -> None:
    keys = Keys("a-secret", "b-secret", "c-secret")
    assert "secret" not in repr(Plan((), keys=keys))
