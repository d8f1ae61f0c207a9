"""The units for systemd: accepted by systemd, hardened, and not started again where that cannot help."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from settings import Settings

pytestmark = pytest.mark.slow

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
MOST_EXPOSED = 20  # of 100; systemd calls up to 40 "OK"


def analyze(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    return subprocess.run(["systemd-analyze", *words], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units with a program that exists in place of the installed one."""
    folder = Path(shutil.copytree(UNITS, tmp_path / "units"))
    for unit in folder.glob("*.service"):
        text = unit.read_text("utf-8")
        assert "/opt/zin/bin/zin" in text
        unit.write_text(text.replace("/opt/zin/bin/zin", "/bin/true"))
    return folder


def test_there_is_a_unit_for_each_process() -> None:
    names = ["zin-deliver.service", "zin-migrate.service", "zin-serve@.service", "zin-smpp.service"]
    assert [path.name for path in SERVICES] == names


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.stem)
def test_systemd_accepts_the_unit(installed: Path, unit: Path) -> None:
    ran = analyze("verify", "--man=no", f"./{unit.name}", folder=installed)
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.stem)
def test_unit_is_hardened(installed: Path, unit: Path) -> None:
    ran = analyze("security", "--offline=true", f"--threshold={MOST_EXPOSED}", f"./{unit.name}", folder=installed)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("name", ["zin-serve@.service", "zin-deliver.service", "zin-smpp.service"])
def test_unit_is_not_started_again_with_other_tables(name: str) -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.read(UNITS / name)
    service = unit["Service"]
    assert (service["RestartPreventExitStatus"], service["KillMode"]) == (str(os.EX_CONFIG), "mixed")
    drain = Settings.model_fields["drain_seconds"].default + Settings.model_fields["hop_seconds"].default
    assert float(service["TimeoutStopSec"]) > 2 * drain


def test_each_credential_is_named_like_its_setting() -> None:
    text = (UNITS / "zin-.service.d" / "10-zin.conf").read_text("utf-8")
    credentials = re.findall(r"^LoadCredential=(\w+):/etc/zin/secrets/(\w+)$", text, re.MULTILINE)
    assert credentials
    assert [(name, name) for name, _ in credentials] == credentials
    assert {name for name, _ in credentials} <= Settings.model_fields.keys()
    assert not re.search(r"^Environment=.*(SECRET|KEYS|PEPPER|URL)", text, re.MULTILINE)
