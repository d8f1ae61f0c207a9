"""The bill of materials names every locked package with its version, hashes and licence."""

from __future__ import annotations

import re
import tomllib

from tests.quality.licences import LOCK
from tests.quality.sbom import PROJECT, bill

TEXT = LOCK.read_text(encoding="utf-8")
BILL = bill(TEXT, tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"])
PARTS = {one["name"]: one for one in BILL["components"]}


def test_bill_is_cyclonedx_of_zin() -> None:
    assert (BILL["bomFormat"], BILL["specVersion"], BILL["version"]) == ("CycloneDX", "1.5", 1)
    assert BILL["metadata"]["component"]["name"] == "zin"


def test_every_locked_package_is_a_component() -> None:
    pinned = re.findall(r"(?m)^([a-z0-9-]+)(?:\[[a-z]+\])?==([^ ;\\]+)", TEXT)
    assert len(pinned) > 40
    assert [(one["name"], one["version"]) for one in BILL["components"]] == pinned
    assert BILL["dependencies"][0]["dependsOn"] == [f"pkg:pypi/{name}@{version}" for name, version in pinned]


def test_component_has_its_hashes_and_licence() -> None:
    hashes = sum(len(one["properties"]) for one in BILL["components"])
    assert hashes == TEXT.count("--hash=sha256:")
    assert PARTS["aiosqlite"]["licenses"] == [{"license": {"name": "MIT"}}]
    assert PARTS["orjson"]["licenses"][0].keys() == {"expression"}
