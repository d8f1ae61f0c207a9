"""The bundle, made once: its libraries come from the package index of this machine."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.support.plain_process import ROOT, run

NO_INDEX = re.compile(r"No matching distribution|Could not find a version|ConnectionError|Temporary failure")


@pytest.fixture(scope="session")
def bundle_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("bundle") / "zin-bundle.tar.gz"
    made = run("sh", "deploy/bundle/make.sh", sys.executable, str(archive), cwd=ROOT)
    if made.returncode and NO_INDEX.search(made.stderr):
        pytest.skip("no package index is reachable")
    assert made.returncode == 0, made.stderr
    return archive
