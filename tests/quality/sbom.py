"""The bill of materials of Zin, CycloneDX 1.5 in JSON: python -m tests.quality.sbom, which `make sbom` runs.

It lists every package of requirements.lock with its version, the hashes of its published files, and the licence that
its installed metadata names. Source of the form: cyclonedx.org/docs/1.5/json
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement

from tests.quality.licences import LOCK, NAME, PINNED, expression

HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
PROJECT: Final = LOCK.parent / "pyproject.toml"


def bill(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    """Return the bill for this lock file and this project; the same for the same input."""
    components = [*_components(lock)]
    name, version = project["name"], project["version"]
    root = {"type": "application", "bom-ref": f"{name}@{version}", "name": name, "version": version}
    needs = [{"ref": root["bom-ref"], "dependsOn": [one["bom-ref"] for one in components]}]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": root | {"description": project["description"]}},
        "components": components,
        "dependencies": needs,
    }


def as_text(lock: str, project: dict[str, Any]) -> str:
    """Return the bill as `make sbom` writes it."""
    return json.dumps(bill(lock, project), indent=1) + "\n"


def _components(lock: str) -> Iterator[dict[str, Any]]:
    entries = list(PINNED.finditer(lock))
    ends = [one.start() for one in entries[1:]] + [len(lock)]
    for entry, end in zip(entries, ends, strict=True):
        wanted = Requirement(entry[0].strip())
        (pin,) = wanted.specifier
        address = f"pkg:pypi/{wanted.name}@{pin.version}"
        yield {
            "type": "library",
            "bom-ref": address,
            "name": wanted.name,
            "version": pin.version,
            "purl": address,
            **_licences(wanted.name),
            "properties": [
                {"name": "zin:published-file-sha256", "value": one} for one in HASH.findall(lock[entry.end() : end])
            ],
        }


def _licences(name: str) -> dict[str, Any]:
    """Return the licence of a package; nothing for one that this system does not need."""
    try:
        found = expression(metadata.metadata(name))
    except metadata.PackageNotFoundError:
        return {}
    if not found:
        return {}
    is_one = NAME.fullmatch(found)
    return {"licenses": [{"license": {"name": found}} if is_one else {"expression": found}]}


def main() -> None:
    """Write the bill to the file that the command names, or to standard output."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    text = as_text(LOCK.read_text(encoding="utf-8"), project)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
