"""Images built by buildah without an engine and without a network: the base is a Debian of this machine's packages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.debian_machine import install_debian
from tests.support.patience import PATIENCE
from tests.support.plain_process import ROOT

BASE: Final = "localhost/debian-python"
BUILD_SECONDS: Final = 1800
SECRET: Final = "secret-des-essais-de-l-image"
SETPRIV: Final = "/usr/bin/setpriv"
NO_RIGHTS: Final = ("--bounding-set=-all", "--inh-caps=-all")


@dataclass(frozen=True, slots=True)
class ImageStore:
    """A store of images in a folder, with the wheels that a build installs from."""

    folder: Path
    wheels: Path

    def buildah(self, *words: str) -> str:
        """Run buildah over this store and return its standard output."""
        store = ["--root", str(self.folder / "store"), "--runroot", str(self.folder / "run"), "--storage-driver", "vfs"]
        ran = subprocess.run(["buildah", *store, *words], cwd=ROOT, capture_output=True, text=True, check=False,
                             timeout=BUILD_SECONDS)  # fmt: skip
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout.strip()

    def make_base(self) -> None:
        """Make the base image: a Debian with Python, as small as it can be."""
        root = install_debian(self.folder, ("python3-venv", "tzdata"), ())
        container = self.buildah("from", "scratch")
        self.buildah("add", "--quiet", container, str(root), "/")
        self.buildah("commit", "--quiet", container, BASE)
        self.buildah("rm", container)

    def build(self, name: str) -> str:
        """Build the Containerfile under this name, and return the identity of the image."""
        index = self.folder / "pip.conf"
        index.write_text("[global]\nno-index = true\nfind-links = /run/wheels\n", encoding="utf-8")
        options = ["--isolation", "chroot", "--pull-never", "--format", "docker", "--timestamp", "0"]
        options += ["--volume", f"{self.wheels}:/run/wheels:ro", "--volume", f"{index}:/etc/pip.conf:ro"]
        options += ["--build-arg", f"BASE={BASE}", "--build-arg", "REVISION=abc"]
        return self.buildah("build", *options, "--file", "deploy/Containerfile", "--tag", name, ".").rpartition("\n")[2]

    def config(self, name: str) -> dict[str, Any]:
        """Return the configuration of an image, in the format of docker."""
        found: dict[str, Any] = json.loads(self.buildah("inspect", "--type", "image", name))["Docker"]["config"]
        return found

    def layers(self, name: str) -> list[str]:
        """Return the digests of the layers of an image."""
        found: list[str] = json.loads(self.buildah("inspect", "--type", "image", name))["OCIv1"]["rootfs"]["diff_ids"]
        return found

    def unpacked(self, name: str) -> Path:
        """Return the folder with the files of an image."""
        return Path(self.buildah("mount", self.buildah("from", "--pull-never", name)))


@dataclass(frozen=True, slots=True)
class Container:
    """An image that runs as its configuration says: its user, no capabilities, a read-only root, no network."""

    root: Path
    data: Path
    config: Mapping[str, Any]

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a command in it, with one folder that it may write to."""
        words = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--as-pid2"]
        words += ["--read-only", f"--directory={self.root}", f"--bind={self.data}:/var/lib/zin", "--console=pipe"]
        words += [f"--chdir={self.config['WorkingDir']}", *(f"--setenv={one}" for one in self.config["Env"])]
        with (self.data.parent / "container.log").open("ab") as log:
            return subprocess.Popen([*words, f"--setenv=ZIN_SECRET={SECRET}", *self._unprivileged(), *command],
                                    stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # fmt: skip

    def first_process(self, running: subprocess.Popen[bytes]) -> str:
        """The id of the first process inside, "" until there is one."""
        return Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().partition(" ")[0]

    def run(self, running: subprocess.Popen[bytes], *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside the first one, as its health check does."""
        words = ["nsenter", f"--target={self.first_process(running)}", "--all", *self._unprivileged(), *command]
        environment = dict(one.split("=", 1) for one in (*self.config["Env"], f"ZIN_SECRET={SECRET}"))
        return subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE)

    def _unprivileged(self) -> list[str]:
        user, group = self.config["User"].split(":")
        return [SETPRIV, f"--reuid={user}", f"--regid={group}", "--clear-groups", "--no-new-privs", *NO_RIGHTS]


def skip_without_buildah() -> None:
    if shutil.which("buildah") is None:
        pytest.skip("buildah is not installed")
    if os.geteuid() != 0:
        pytest.skip("images are built by root only here")
