"""The files of deploy/ for containers, and the bill of materials, hold to the schemas of those who read them.

Kubernetes: kubernetes-validate carries the schemas of each version. Compose: compose-spec is a parser of the
specification that refuses unknown keys. CycloneDX: cyclonedx-python-lib carries the schemas of its publisher.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable
from typing import Any

import kubernetes_validate
import pytest
import yaml
from compose_spec import PyCompose
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.deploy.test_containers import COMPOSE, DEPLOY, OBJECTS
from tests.quality.licences import LOCK
from tests.quality.sbom import PROJECT, as_text

VERSIONS = ("1.28.0", "1.37.0")  # the oldest that Zin is checked for, and the newest known
STRICT = JsonStrictValidator(SchemaVersion.V1_5)
Change = Callable[[dict[str, Any]], object]


def of_kind(kind: str) -> dict[str, Any]:
    return copy.deepcopy(next(one for one in OBJECTS if one["kind"] == kind))


def container(deployment: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = deployment["spec"]["template"]["spec"]["containers"][0]
    return found


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("given", OBJECTS, ids=[f"{one['kind']}-{one['metadata']['name']}" for one in OBJECTS])
def test_kubernetes_accepts_each_object(given: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(given, version, strict=True)


BROKEN: list[tuple[str, Change]] = [
    ("Deployment", lambda one: one["spec"].update(replica=2)),
    ("Deployment", lambda one: one["spec"].update(replicas="two")),
    ("Deployment", lambda one: one["spec"].pop("selector")),
    ("Deployment", lambda one: container(one).update(readinessProbe={"httpGet": {"path": "/health/ready"}})),
    ("Job", lambda one: one["spec"]["template"]["spec"].update(restartPolcy="Never")),
    ("Service", lambda one: one["spec"].update(ports=[{"name": "http"}])),
    ("NetworkPolicy", lambda one: one["spec"].update(egress=[{"ports": [{"protokol": "TCP"}]}])),
    ("PodDisruptionBudget", lambda one: one["spec"].update(minAvailable=[1])),
]


@pytest.mark.parametrize(("kind", "change"), BROKEN)
def test_kubernetes_refuses_a_broken_object(kind: str, change: Change) -> None:
    broken = of_kind(kind)
    change(broken)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, VERSIONS[-1], strict=True)


def compose_as_read() -> dict[str, Any]:
    """The file with its variables and merge keys resolved, as every tool for compose does before it validates."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    resolved, many = re.subn(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", text)
    assert many > 5
    found: dict[str, Any] = yaml.safe_load(resolved)
    return found


def test_compose_is_of_the_specification() -> None:
    accepted = PyCompose.from_yaml(yaml.safe_dump(compose_as_read()))
    assert accepted.to_dict()["services"].keys() == COMPOSE["services"].keys()


BROKEN_COMPOSE: list[tuple[str, Change]] = [
    ("services.zin-1: extension key `imagge`", lambda one: one["services"]["zin-1"].update(imagge="zin")),
    ("services.zin-1.read_only: ", lambda one: one["services"]["zin-1"].update(read_only="often")),
    ("services.haproxy.ports", lambda one: one["services"]["haproxy"].update(ports=[{"published": []}])),
    ("services.postgres.healthcheck.test", lambda one: one["services"]["postgres"].update(healthcheck={"test": 5})),
    ("networks: ", lambda one: one["networks"].update(inside={"internal": "perhaps"})),
    ("extension key `service`", lambda one: one.update(service={})),
]


@pytest.mark.parametrize(("place", "change"), BROKEN_COMPOSE)
def test_broken_compose_is_refused(place: str, change: Change) -> None:
    broken = compose_as_read()
    change(broken)
    with pytest.raises(ValueError, match=re.escape(place)):
        PyCompose.from_yaml(yaml.safe_dump(broken))


def bill_of_zin() -> str:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return as_text(LOCK.read_text(encoding="utf-8"), project)


def test_bill_of_materials_holds_to_its_schema() -> None:
    found = STRICT.validate_str(bill_of_zin())
    assert found is None, found


@pytest.mark.parametrize(("good", "bad"), [
    ('"type": "library"', '"type": "book"'),
    ('"bomFormat": "CycloneDX"', '"bomFormat": "Cyclone"'),
    ('"purl": ', '"pURL": '),
])  # fmt: skip
def test_broken_bill_is_refused(good: str, bad: str) -> None:
    text = bill_of_zin()
    assert good in text
    assert STRICT.validate_str(text.replace(good, bad, 1)) is not None
