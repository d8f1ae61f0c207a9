"""The wheel, installed outside of the sources in an environment of its own, lays an installation out and runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the files that are committed or about to be, built without a network."""
    sources, target = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (sources / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, sources / name)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(target), str(sources)], check=True, cwd=target)
    (built,) = target.glob("zin-*.whl")
    return built


@pytest.fixture(scope="module")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an environment with this wheel; the libraries are those of the present environment."""
    environment = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, cwd=environment)
    (packages,) = environment.glob("lib/python3*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")  # its own .pth files are not read
    return environment / "bin"


def run(commands: Path, cwd: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("ZIN_", "PYTHON"))}
    return subprocess.run([commands / words[0], *words[1:]], cwd=cwd, env=bare, input=given, text=True,
                          capture_output=True, timeout=PATIENCE, check=False)  # fmt: skip


def test_wheel_carries_the_starting_set(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    begin = "cli/installation/starting_set"
    assert {f"{begin}/menus/catalogue/cip.yaml", f"{begin}/menus/communes.csv", f"{begin}/locales/zin.pot"} < {*names}
    written = [path.name for path in (ROOT / "tests" / "journeys").glob("*.txt")]
    assert sorted(name for name in names if name.startswith(f"{begin}/journeys/")) == sorted(
        f"{begin}/journeys/{name}" for name in written
    )
    assert {"cli/installation/templates/zin.toml", "admin/templates/base.html"} < {*names}
    assert not [name for name in names if name.startswith(("tests/", "bench/", "menus/", "docs/"))]


def test_wheel_serves_a_call_outside_of_the_sources(commands: Path, tmp_path: Path) -> None:
    where = run(commands, tmp_path, "python", "-c", "import cli; print(cli.__file__)")
    assert where.stdout.startswith(str(commands.parent))
    laid_out = run(commands, tmp_path, "zin", "init", "ici")
    assert (laid_out.returncode, laid_out.stderr) == (0, "")
    checked = run(commands, tmp_path / "ici", "zin", "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    called = run(commands, tmp_path / "ici", "zin", "call", given="3\n00\n")
    assert (called.returncode, called.stderr) == (0, "")
    assert "Services publics du Bénin" in called.stdout
