"""What watches Zin: rules that Prometheus takes and that ring when they must, a dashboard, and metrics that exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jsonschema import Draft202012Validator
from sqlalchemy import update

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from channels.smpp.binds import BOUND
from channels.smpp.pushes import PUSHES
from channels.workers import gateway_delivery
from database import tables
from database.encryption import Seal
from runtime.delivery import run_delivery
from runtime.gauges import collect_gauges
from runtime.readiness import Readiness
from server import SERVICES
from settings import Settings
from state.store.memory import InMemory
from tests.support.admin_client import open_admin_site
from tests.support.database import Registry
from tests.support.failing_store import FailingStore
from tests.support.patience import PATIENCE

ROOT: Final = Path(__file__).parents[2]
PROMETHEUS: Final = ROOT / "deploy" / "prometheus"
RULES: Final = PROMETHEUS / "zin.rules.yml"
DASHBOARD: Final = ROOT / "deploy" / "grafana" / "zin.json"
SCHEMA: Final = Path(__file__).parents[1] / "data" / "grafana.schema.json"
PROMTOOL: Final = shutil.which("promtool") or ""
KNOWN: Final = re.compile(r"\bzin_[a-z_]+")


def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return read


def rules() -> list[dict[str, Any]]:
    read = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in dashboard()["panels"] for target in panel["targets"])


@pytest.mark.skipif(not PROMTOOL, reason="promtool is not installed")
@pytest.mark.parametrize(
    "arguments",
    [("check", "rules", "zin.rules.yml"), ("check", "config", "prometheus.yml"), ("test", "rules", "zin.test.yml")],
)
def test_promtool_accepts_our_files(arguments: tuple[str, ...]) -> None:
    ran = subprocess.run(
        [PROMTOOL, *arguments], cwd=PROMETHEUS, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "SUCCESS" in ran.stdout


def test_every_alert_is_tested_and_has_an_action() -> None:
    tested = (PROMETHEUS / "zin.test.yml").read_text(encoding="utf-8")
    alerts = [rule for rule in rules() if "alert" in rule]
    assert alerts
    for alert in alerts:
        assert tested.count(alert["alert"]) >= 2, f"{alert['alert']} is not tested, ringing and silent"
        assert set(alert["annotations"]) == {"summary", "action"}
        assert alert["labels"]["severity"] in ("page", "ticket")


def test_dashboard_matches_the_grafana_schema() -> None:
    schema, board = json.loads(SCHEMA.read_text(encoding="utf-8")), dashboard()
    Draft202012Validator.check_schema(schema)
    assert [error.message for error in Draft202012Validator(schema).iter_errors(board)] == []
    assert max(Counter(panel["id"] for panel in board["panels"]).values()) == 1


def test_dashboard_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    panels = dashboard()["panels"]
    assert panels
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(x + place["x"], y + place["y"]) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"panels": []},
        {"panels": [{"id": 1, "type": "graph"}]},
        {"uid": "a uid"},
        {"schemaVersion": "38"},
    ],
)
def test_invalid_dashboard_is_found(wrong: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert not Draft202012Validator(schema).is_valid({**dashboard(), **wrong})


async def test_every_queried_metric_exists(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        services = client.app[SERVICES]
        async with run_delivery(Settings(data=tmp_path), services, print):
            pass  # the deliverer's own metrics exist from now on
        metrics = await (await client.get("/metrics")).text()
    kinds = {family.name: family.type for family in BOUND.describe()}  # of `zin smpp`
    kinds |= {f"{family.name}_total": family.type for family in PUSHES.describe()}
    kinds |= dict(re.findall(r"^# TYPE (zin_\w+) (\w+)$", metrics, flags=re.MULTILINE))
    exist = {name for name, kind in kinds.items() if kind != "histogram"}
    tried = [f"{metric.name}_total" for metric in gateway_delivery.TRIED.describe()]  # of another process
    assert exist.issuperset(tried)
    exist |= {f"{name}_{part}" for name, kind in kinds.items() if kind == "histogram" for part in ("bucket", "count")}
    queried = {name for expression in expressions() for name in KNOWN.findall(expression)}
    assert queried
    assert queried - exist == set()
    assert {name for name in exist if name.endswith("_total")} <= queried, "a counter that nobody looks at"


async def test_waiting_messages_are_counted_without_personal_data(registry: Registry) -> None:
    outbox = Outbox(registry.database, Seal("demo"))
    for number in range(3):
        await outbox.enqueue(Message(f"k{number}", "sms", f"+229019600000{number}", "mots", is_awaited=True))
    late = update(tables.outbox).where(tables.outbox.c.key == "k1").values(due_at=tables.outbox.c.due_at - 400_000)
    await registry.database.write(late.returning(tables.outbox.c.key))
    gauges = await collect_gauges(Readiness(InMemory(), registry.database), registry.database)
    assert gauges.get_sample_value("zin_outbox_waiting", {"gateway": "sms"}) == 3
    oldest = gauges.get_sample_value("zin_outbox_oldest_seconds", {"gateway": "sms"}) or 0
    assert 400 <= oldest < 460
    assert {gauges.get_sample_value("zin_up", {"part": part}) for part in ("valkey", "sql")} == {1.0}
    labels = {value for metric in gauges.collect() for sample in metric.samples for value in sample.labels.values()}
    assert labels == {"valkey", "sql", "sms"}


async def test_unavailable_stores_are_reported_as_down(registry: Registry) -> None:
    await registry.database.close()
    await registry.stop()
    gauges = await collect_gauges(Readiness(FailingStore(), registry.database), registry.database)
    assert {gauges.get_sample_value("zin_up", {"part": part}) for part in ("valkey", "sql")} == {0.0}
    assert gauges.get_sample_value("zin_outbox_waiting", {"gateway": "sms"}) is None
