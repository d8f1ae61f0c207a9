"""The files for containers: what they name exists, and no process of Zin has more rights than it needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.main import main
from settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
ROOT = DEPLOY.parent
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: one for name, one in COMPOSE["services"].items() if "zin" in one["image"]}
KUBERNETES = DEPLOY / "kubernetes"
KUSTOMIZATION = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text(encoding="utf-8"))
OBJECTS = [yaml.safe_load((KUBERNETES / name).read_text(encoding="utf-8")) for name in KUSTOMIZATION["resources"]]
SETTINGS = next(one["data"] for one in OBJECTS if one["kind"] == "ConfigMap")
PODS = {one["metadata"]["name"]: one["spec"]["template"] for one in OBJECTS if one["kind"] in ("Deployment", "Job")}
TOML = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, TOOLS = TOML["project"], TOML["tool"]
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
FILE = "_FILE"
PINNED = re.compile(r"\$\{[A-Z]+_IMAGE:-[a-z0-9./-]+:v?\d[\w.-]*\}")


def unknown_settings(environment: dict[str, str]) -> list[str]:
    """The variables that look like settings and are none."""
    ours = [name for name in environment if name.startswith("ZIN_")]
    return [name for name in ours if name.removeprefix("ZIN_").removesuffix(FILE).lower() not in Settings.model_fields]


def instructions(name: str) -> list[str]:
    """The arguments of each instruction of this name in the Containerfile."""
    joined = CONTAINERFILE.replace("\\\n", " ")
    return re.findall(rf"(?m)^{name} +(.*)$", joined)


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_image_has_a_version_and_can_be_replaced(name: str) -> None:
    assert PINNED.fullmatch(COMPOSE["services"][name]["image"])


@pytest.mark.parametrize("name", OURS)
def test_service_of_zin_is_confined(name: str) -> None:
    service = OURS[name]
    assert (service["read_only"], service["user"], service["cap_drop"]) == (True, "10001:10001", ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["command"][0] in main.commands
    assert unknown_settings(service["environment"]) == []


def test_compose_has_every_part() -> None:
    commands = sorted(one["command"][0] for one in OURS.values())
    assert commands == ["deliver", "migrate", "serve", "serve"]
    assert {"postgres", "valkey-1", "valkey-2", "haproxy", "prometheus", "grafana"} < COMPOSE["services"].keys()
    assert sum(name.startswith("sentinel-") for name in COMPOSE["services"]) == 3


def test_compose_mounts_only_what_exists() -> None:
    mounted = [one.split(":")[0] for service in COMPOSE["services"].values() for one in service.get("volumes", ())]
    files = [one for one in mounted if one.startswith("./")]
    assert len(files) > 6
    assert [one for one in files if not (DEPLOY / one).is_file()] == []
    assert {one for one in mounted if not one.startswith("./")} == COMPOSE["volumes"].keys()


def test_compose_secrets_are_declared_and_absent_here() -> None:
    used = {name for service in COMPOSE["services"].values() for name in service.get("secrets", ())}
    assert used == COMPOSE["secrets"].keys()
    assert {name: one["file"] for name, one in COMPOSE["secrets"].items()} == {
        name: f"./secrets/{name}" for name in used
    }
    given = OURS["deliver"]["environment"].items()
    assert {path.rpartition("/")[2] for name, path in given if name.endswith(FILE)} == {*OURS["deliver"]["secrets"]}


def test_compose_proxy_reaches_both_servers() -> None:
    text = (DEPLOY / "compose" / "haproxy.cfg").read_text(encoding="utf-8")
    served = sorted(re.findall(r"(?m)^    server \S+ (\S+):8080$", text))
    assert served == sorted(name for name, one in OURS.items() if one["command"][0] == "serve")


@pytest.mark.parametrize("name", PODS)
def test_pod_is_confined(name: str) -> None:
    pod = PODS[name]["spec"]
    (container,) = pod["containers"]
    assert (pod["automountServiceAccountToken"], pod["enableServiceLinks"]) == (False, False)
    assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]) == (True, 10001)
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["args"][0] in main.commands
    assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in pod["volumes"]}


def test_kubernetes_settings_exist() -> None:
    assert len(SETTINGS) > 4
    assert unknown_settings(SETTINGS) == []


def test_kubernetes_selects_the_pods_that_it_names() -> None:
    labels = PODS["zin-serve"]["metadata"]["labels"]
    by_kind = {one["kind"]: one["spec"] for one in OBJECTS if "spec" in one}
    assert by_kind["Service"]["selector"] == labels
    assert by_kind["PodDisruptionBudget"]["selector"]["matchLabels"] == labels
    assert by_kind["NetworkPolicy"]["podSelector"]["matchLabels"].items() <= labels.items()
    assert {name for name, value in labels.items() if PODS["zin-deliver"]["metadata"]["labels"][name] != value} == {
        "app.kubernetes.io/component"
    }


def test_kubernetes_probes_ask_what_zin_answers() -> None:
    (container,) = PODS["zin-serve"]["spec"]["containers"]
    paths = {name: container[name]["httpGet"]["path"] for name in container if name.endswith("Probe")}
    assert paths == {
        "startupProbe": "/health/live",
        "livenessProbe": "/health/live",
        "readinessProbe": "/health/ready",
    }


@pytest.mark.skipif(not shutil.which("haproxy"), reason="HAProxy is not installed")
def test_haproxy_accepts_its_file() -> None:
    file = str(DEPLOY / "compose" / "haproxy.cfg")
    checked = subprocess.run(["haproxy", "-c", "-f", file], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_every_kubernetes_file_is_applied() -> None:
    assert {path.name for path in KUBERNETES.iterdir()} - {"kustomization.yaml"} == {*KUSTOMIZATION["resources"]}
    assert {one["apiVersion"].count("/") for one in OBJECTS} == {0, 1}
    assert all(one["kind"] != "Secret" for one in OBJECTS)


def test_image_copies_what_the_wheel_needs() -> None:
    packages = [name for name in TOOLS["setuptools"]["packages"]["find"]["include"] if "." not in name]
    data = {"gateways", "menus", "locales", "tests/journeys"}
    assert {*sources()} == {*packages, *data, "server.py", "setup.py", "MANIFEST.in"} | {
        "pyproject.toml",
        "README.md",
        "requirements.lock",
        "requirements-telemetry.lock",
    }
    assert [name for name in sources() if not (ROOT / name).exists()] == []


def sources() -> Iterator[str]:
    """What the image takes from the clone."""
    for copied in instructions("COPY"):
        if not copied.startswith("--from"):
            yield from copied.split()[:-1]


def test_image_runs_without_rights_and_checks_itself() -> None:
    assert instructions("USER") == ["10001:10001"]
    assert instructions("ENTRYPOINT") == ['["zin"]']
    assert {*re.findall(r'CMD \["zin", "(\w+)"\]', CONTAINERFILE)} == {"health"}
    assert "health" in main.commands
    assert instructions("FROM") == ["${BASE} AS build", "${BASE}"]
    assert instructions("ARG")[0] == "BASE=python:3.11-slim-bookworm"
    assert "--require-hashes" in instructions("RUN")[0]
    assert "--no-compile" in instructions("RUN")[0]  # no time of the build is in the layers
    assert "compileall -q -f --invalidation-mode unchecked-hash" in instructions("RUN")[1]
    given = re.findall(r"(ZIN_[A-Z_]+)=", CONTAINERFILE)
    assert unknown_settings(dict.fromkeys(given, "")) == ["ZIN_SETTINGS"]
    assert f"VERSION={tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']['version']}" in instructions(
        "ARG"
    )


@pytest.mark.parametrize("given", [SETTINGS, OURS["deliver"]["environment"]], ids=["kubernetes", "compose"])
def test_settings_are_valid_with_their_secrets(given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ZIN_")]:
        monkeypatch.delenv(name)
    values: dict[str, Any] = {
        name.removesuffix(FILE).removeprefix("ZIN_").lower(): value for name, value in given.items()
    }
    secrets = {
        "rest_keys": "r" * 22,
        "pepper": "p" * 22,
        "at_secrets": "a" * 22,
        "database_url": "postgresql://zin@db/zin",
    }
    assert secrets.keys() <= values.keys()
    settings = Settings(**values | secrets)
    assert (settings.env, settings.redis_url.startswith("sentinel://")) == ("production", True)
