"""The image, built by buildah from the lock file without a network, and run without rights on a read-only root.

Its base is a Debian with Python of this machine's packages, since a test pulls nothing. No engine is needed: the image
is unpacked and systemd-nspawn runs it with the user, the variables and the folder that its configuration names.
"""

from __future__ import annotations

import os
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.image_builds import Container, ImageStore, skip_without_buildah
from tests.support.patience import PATIENCE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> ImageStore:
    skip_without_buildah()
    archive: Path = request.getfixturevalue("bundle_archive")
    folder = tmp_path_factory.mktemp("images")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    made = ImageStore(folder, folder / "zin-bundle" / "wheels")
    made.make_base()
    return made


@pytest.fixture(scope="module")
def identity(store: ImageStore) -> str:
    return store.build("localhost/zin:first")


@pytest.fixture(scope="module")
def container(store: ImageStore, identity: str, tmp_path_factory: pytest.TempPathFactory) -> Container:
    data = tmp_path_factory.mktemp("volume") / "data"
    data.mkdir(mode=0o700)
    config = store.config(identity)
    os.chown(data, *map(int, config["User"].split(":")))
    return Container(store.unpacked(identity), data, config)


@pytest.fixture(scope="module")
def serving(container: Container) -> Iterator[subprocess.Popen[bytes]]:
    """The image as it runs, once its health check is content; the tables are made before."""
    assert container.start("zin", "migrate").wait(PATIENCE) == 0
    process = container.start(*container.config["Entrypoint"], *container.config["Cmd"])
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            check = container.config["Healthcheck"]["Test"][1:]
            if container.first_process(process) and container.run(process, *check).returncode == 0:
                break
            time.sleep(0.5)
        assert process.poll() is None, (container.data.parent / "container.log").read_text()
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def test_image_says_what_it_is(store: ImageStore, identity: str) -> None:
    config = store.config(identity)
    labels = {name.rpartition(".")[2]: text for name, text in config["Labels"].items() if "opencontainers" in name}
    assert (labels["title"], labels["revision"]) == ("Zin", "abc")
    assert {"description", "version"} < labels.keys()
    assert config["Healthcheck"]["Test"] == ["CMD", "zin", "health"]
    assert (config["User"], [*config["Volumes"]]) == ("10001:10001", ["/var/lib/zin"])


def test_second_build_has_the_same_layers(store: ImageStore, identity: str) -> None:
    assert store.layers(store.build("localhost/zin:second")) == store.layers(identity)


def test_health_check_answers(container: Container, serving: subprocess.Popen[bytes]) -> None:
    asked = container.run(serving, "zin", "health")
    assert (asked.returncode, asked.stderr) == (0, "")


def test_image_runs_without_rights(container: Container, serving: subprocess.Popen[bytes]) -> None:
    status = container.run(serving, "cat", "/proc/2/status").stdout  # of the server: 1 is the init of systemd-nspawn
    found = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert found["Uid"].split() == ["10001"] * 4
    assert {name: int(found[name], 16) for name in ("CapEff", "CapPrm", "CapBnd")} == {
        "CapEff": 0,
        "CapPrm": 0,
        "CapBnd": 0,
    }


@pytest.mark.parametrize("folder", ["/", "/opt/zin", "/srv/zin/menus", "/etc"])
def test_root_is_read_only(folder: str, container: Container, serving: subprocess.Popen[bytes]) -> None:
    refused = container.run(serving, "touch", f"{folder}/strange")
    assert refused.returncode != 0
    assert container.run(serving, "touch", "/var/lib/zin/mine").returncode == 0
