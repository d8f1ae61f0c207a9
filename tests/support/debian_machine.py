"""A fresh Debian that boots with its own systemd and has no network but loopback: mmdebstrap and systemd-nspawn.

Its packages come from a repository that this machine writes (tests/support/debian_packages.py); apt-get in it installs
from there too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.support.debian_packages import SUITE, write_repository
from tests.support.patience import PATIENCE
from tests.support.server_process import children_of

OWN: Final = ("systemd-sysv", "dbus", "ca-certificates", "procps", "iproute2")  # that an installed Debian has
TOOLS: Final = ("mmdebstrap", "systemd-nspawn", "nsenter", "dpkg-scanpackages")
HOOK: Final = Path("/usr/share/mmdebstrap/hooks/merged-usr")
MAKING_SECONDS, RUNNING_SECONDS = 1800, 1800  # limits against a hang on a busy machine


@dataclass(frozen=True, slots=True)
class DebianMachine:
    """A machine that runs: the folder of its files, and its first process."""

    root: Path
    leader: int

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run lines of a shell in it as root, in /root, up to the first that fails."""
        inside = ["nsenter", "--target", str(self.leader), "--all", "--", "/bin/bash", "-eu", "-c"]
        bare = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        return subprocess.run([*inside, f"cd /root\n{script}"], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False, timeout=RUNNING_SECONDS, env=bare)  # fmt: skip


def install_debian(folder: Path, include: Sequence[str], later: Sequence[str]) -> Path:
    """Install a minimal Debian with packages, able to install those of `later`; skip the test where none can be had."""
    for needed in TOOLS:
        if shutil.which(needed) is None:
            pytest.skip(f"{needed} is not installed")
    if os.geteuid() != 0:
        pytest.skip("a Debian is made by root only")
    root, repository = folder / "debian", folder / "packages"
    write_repository(repository, (*include, *later))
    words = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--hook-dir={HOOK}"]
    words += [f"--include={','.join(include)}", SUITE, str(root), f"deb [trusted=yes] copy:{repository} ./"]
    made = subprocess.run(words, capture_output=True, text=True, timeout=MAKING_SECONDS, check=False)
    assert made.returncode == 0, made.stderr
    return root


def make_root(folder: Path, packages: Sequence[str]) -> Path:
    """Install a Debian that boots and can install these packages; the test is skipped where that cannot be had."""
    root = install_debian(folder, OWN, packages)
    if subprocess.run([*_container(root), "/bin/true"], capture_output=True, check=False, timeout=PATIENCE).returncode:
        pytest.skip("this machine does not let systemd-nspawn run")
    return root


@contextmanager
def booted(root: Path) -> Iterator[DebianMachine]:
    """The machine of these files, once its services run; it is switched off at the end."""
    with (root.parent / "console.log").open("wb") as console:
        process = subprocess.Popen([*_container(root), "--boot", "--console=pipe"], stdin=subprocess.DEVNULL,
                                   stdout=console, stderr=console)  # fmt: skip
    try:
        machine = DebianMachine(root, _leader(process))
        _wait_until_it_runs(machine)
        yield machine
        machine.run("systemctl poweroff --no-block")
        process.wait(PATIENCE)
    finally:
        if process.poll() is None:
            process.kill()  # the kernel ends what is below the first process of the machine
            process.wait(PATIENCE)


def _container(root: Path) -> list[str]:
    words = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--suppress-sync=yes"]
    repository = root.parent / "packages"
    return [*words, f"--directory={root}", f"--bind-ro={repository}"]


def _leader(process: subprocess.Popen[bytes]) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "the machine did not boot"
        for pid in children_of(process.pid, "systemd"):
            if Path(f"/proc/{pid}/comm").read_text() == "systemd\n":  # what prepares it has a longer name
                return pid
        time.sleep(0.1)
    raise AssertionError("no first process")


def _wait_until_it_runs(machine: DebianMachine) -> None:
    until, state = time.monotonic() + PATIENCE, ""
    while time.monotonic() < until:
        state = machine.run("systemctl is-system-running || true").stdout.strip()
        if state in ("running", "degraded"):
            return
        time.sleep(0.5)
    raise AssertionError(f"the machine is {state or 'not there'}")
