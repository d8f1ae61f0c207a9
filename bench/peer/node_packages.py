"""Finds Node, and lets npm fetch the peer's packages once, into the user's cache folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

PACKAGES: Final = {"ussd-menu-builder": "1.2.0", "express": "4.22.3", "ioredis": "5.11.1"}
MAX_FETCH_SECONDS: Final = 180.0
QUIET: Final = ("--no-audit", "--no-fund", "--no-save", "--no-package-lock", "--ignore-scripts", "--loglevel", "error")


class PeerMissing(Exception):
    """The peer cannot run here; the text says why in one line."""


def cache_folder() -> Path:
    """Return the folder for the packages, outside the tree: XDG Base Directory Specification."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches, "zin-bench", f"ussd-menu-builder-{PACKAGES['ussd-menu-builder']}")


def fetch_packages(folder: Path, packages: Mapping[str, str] = PACKAGES) -> Path:
    """Return the folder of the packages, fetched by npm if one of them is missing there. Raises PeerMissing."""
    modules, npm = folder / "node_modules", shutil.which("npm")
    if installed_in(modules, packages) == packages:
        return modules
    if not npm:
        raise PeerMissing("npm is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [f"{name}@{version}" for name, version in packages.items()]
    command = [npm, "install", "--prefix", str(folder), *QUIET, *wanted]
    try:
        ran = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=MAX_FETCH_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise PeerMissing(f"npm did not fetch the packages within {MAX_FETCH_SECONDS:.0f} s") from None
    if ran.returncode or installed_in(modules, packages) != packages:
        lines = (ran.stderr or ran.stdout).strip().splitlines() or ["no reason given"]
        raise PeerMissing(f"npm cannot fetch the packages: {lines[0]}")
    return modules


def installed_in(modules: Path, packages: Iterable[str]) -> Mapping[str, str]:
    """Return the versions of these packages in this folder."""
    found = {}
    for name in packages:
        described = modules / name / "package.json"
        if described.is_file():
            found[name] = json.loads(described.read_text(encoding="utf-8"))["version"]
    return found


def find_node() -> tuple[str, str]:
    """Return the path and the version of Node. Raises PeerMissing."""
    node = shutil.which("node")
    if not node:
        raise PeerMissing("Node is not installed")
    return node, subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
