"""Sample data: always the same, plainly made up, never beside anything real."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from catalog.entries import read_exams, read_services, read_statuses
from database import tables
from settings import Settings
from sources.registry import build_sources, open_sources
from sources.sample_data import load_sample, refuse_sample, sample_rows
from state.errors import ZinError
from tests.support.database import MENUS, Registry

REAL = {"number": "1", "birth_date": date(1960, 1, 1), "kind": "pension", "step": "", "note": "", "sample": False}
PROMISED = [  # what the documentation and the journeys count on
    ("requests.status", {"reference": "EX-000001", "proof": "0001"}, {"status": "Prête"}),
    ("requests.status", {"reference": "EX-000001", "proof": "1990-03-05"}, {"status": "Prête"}),
    ("requests.status", {"reference": "EX-000002", "proof": "0002"}, {"status": "Compléments demandés"}),
    ("exams.result", {"exam": "bac-2026", "seat": "12345"}, {"verdict": "Admis(e)", "mention": "Assez bien"}),
    ("exams.result", {"exam": "bac-2026", "seat": "12346"}, {"verdict": "Admissible", "mention": ""}),
    ("exams.result", {"exam": "bac-2026", "seat": "12347"}, {"verdict": "Refusé(e)", "mention": ""}),
    ("exams.result", {"exam": "cep-2026", "seat": "1001"}, {"verdict": "Admis(e)", "name": "CEP", "year": "2026"}),
    ("careers.file", {"number": "100001", "birth_date": "1961-02-03"}, {"kind": "pension"}),
    ("careers.file", {"number": "100002", "birth_date": "1975-06-15"}, {"kind": "carrière"}),
    ("careers.file", {"number": "100003", "birth_date": "1961-00-00"}, {"kind": "pension"}),
    ("requests.status", {"reference": "EX-000003", "proof": "1961-00-00"}, {}),
]


def production(registry: Registry) -> Settings:
    changed = {"env": "production", "secret": SecretStr("k7Vd0bq3XyW9sTz1mNc5Ra")}
    return registry.settings.model_copy(update=changed)


async def test_what_is_promised_is_there(filled: Registry) -> None:
    sources = build_sources(filled.settings, filled.database)
    for question, answers, facts in PROMISED:
        answer = await sources.ask(question, answers)
        assert answer.trigger == "found", answers
        assert facts.items() <= answer.facts.items(), answers
    await sources.close()


def made() -> dict[str, list[dict[str, object]]]:
    rows = sample_rows(
        read_services(MENUS / "catalogue"), read_exams(MENUS / "exams"), read_statuses(MENUS / "statuses")
    )
    return {table.name: [dict(row) for row in filling] for table, filling in rows.items()}


def test_sample_data_is_always_the_same() -> None:
    assert made() == made()


def test_sample_sessions_contain_every_verdict() -> None:
    rows, exams = made(), read_exams(MENUS / "exams")
    sessions = {row["code"]: str(row["exam"]) for row in rows["exam_sessions"]}
    published = {sessions[row["session"]]: row["result_set"] for row in rows["publications"]}
    assert published.keys() == exams.keys()
    for name, exam in exams.items():
        met = Counter(row["verdict"] for row in rows["exam_results"] if row["result_set"] == published[name])
        assert met.keys() == exam.verdicts.keys()
        assert met.total() == 500


def test_sample_requests_use_known_services_and_statuses() -> None:
    rows = made()["requests"]
    assert len(rows) == 300
    assert {row["status"] for row in rows} == read_statuses(MENUS / "statuses").keys()
    assert {row["service"] for row in rows} <= {one.short for one in read_services(MENUS / "catalogue").values()}
    assert all(str(row["reference"]).startswith("EX0") for row in rows)


def test_sample_rows_are_marked_and_in_the_past() -> None:
    rows = made()
    for name in ("requests", "exam_sessions", "careers"):
        assert all(row["sample"] is True for row in rows[name])
    assert all(row["updated"] <= date(2026, 9, 30) for row in rows["requests"] + rows["careers"])  # type: ignore[operator]
    assert all(row["publish_at"] < time.time() for row in rows["publications"])  # type: ignore[operator]


async def test_loading_twice_changes_nothing(registry: Registry) -> None:
    await load_sample(registry.database, registry.settings)
    first = await registry.database.rows(select(tables.requests))
    await load_sample(registry.database, registry.settings)
    assert await registry.database.rows(select(tables.requests)) == first
    assert len(first) == 300


async def test_sample_data_never_joins_real_rows(registry: Registry) -> None:
    await registry.add(tables.careers, {**REAL, "updated": date(2026, 1, 1)})
    await load_sample(registry.database, registry.settings)
    assert await registry.database.rows(select(tables.requests)) == []


async def test_production_refuses_sample_data(filled: Registry) -> None:
    with pytest.raises(ZinError, match="never loaded in production"):
        await load_sample(filled.database, production(filled))
    with pytest.raises(ZinError, match="holds sample data"):
        await refuse_sample(filled.database, production(filled))
    with pytest.raises(ZinError, match="holds sample data"):
        await open_sources(production(filled), filled.database)
    await refuse_sample(filled.database, filled.settings)


@pytest.mark.parametrize("left", ["requests", "exam_sessions", "careers"])
async def test_one_sample_row_is_enough_to_refuse(registry: Registry, left: str) -> None:
    await load_sample(registry.database, registry.settings)
    async with registry.database.exclusive_transaction() as writer:
        for table in {"requests", "exam_sessions", "careers"} - {left}:
            await writer.run(f"DELETE FROM {table};")
    with pytest.raises(ZinError, match="holds sample data"):
        await refuse_sample(registry.database, production(registry))


async def test_production_starts_without_sample_data(registry: Registry) -> None:
    sources = await open_sources(production(registry), registry.database)
    assert (await sources.ask("centres.nearest", {"commune": "kandi"})).trigger == "found"
    assert (await sources.ask("exams.open", {})).trigger == "unknown"
    assert (await sources.ask("requests.status", {"reference": "EX-000001", "proof": "0001"})).trigger == "unknown"
    await sources.close()


async def test_demonstration_starts_twice(registry: Registry) -> None:
    for _ in range(2):
        sources = await open_sources(registry.settings, registry.database)
        assert (await sources.ask("exams.open", {})).trigger == "found"
        await sources.close()
