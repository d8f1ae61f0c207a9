"""docs/installing.md followed to the letter on a fresh Debian: the bundle, systemd, nginx, HAProxy, PostgreSQL, Redis.

The machine has no network: apt-get installs from packages of the machine that runs the test, all else is in the bundle.
"""

from __future__ import annotations

import re
import resource
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from urllib.parse import urlsplit

import pytest

from tests.support.debian_machine import DebianMachine, booted, make_root

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
PAGE = Path(__file__).parents[2] / "docs" / "installing.md"
FILES_OF_HAPROXY = 40_100  # for maxconn 20000 of deploy/haproxy/haproxy.cfg
TITLE = "One machine with Debian 12, step by step"


def lines_of_the_page() -> str:
    """All commands of the section, in their order."""
    (section,) = re.findall(rf"(?ms)^## {TITLE}$(.*?)^## ", PAGE.read_text(encoding="utf-8"))
    return "\n".join(re.findall(r"(?ms)^```sh$(.*?)^```$", section))


def packages(script: str) -> list[str]:
    lines = re.findall(r"(?m)^apt-get install --yes (.*)$", script)
    return [name for line in lines for name in line.split()]


def spare_open_files(root: Path) -> None:
    """Give HAProxy fewer connections, where this machine allows fewer open files than systemd gives on a Debian."""
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < FILES_OF_HAPROXY:
        folder = root / "etc" / "systemd" / "system" / "haproxy.service.d"
        folder.mkdir()
        option = "[Service]\nEnvironment='EXTRAOPTS=-S /run/haproxy-master.sock -n 1000'\n"
        (folder / "files.conf").write_text(option, encoding="utf-8")


@pytest.fixture(scope="module")
def machine(bundle_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DebianMachine]:
    if sys.version_info[:2] != (3, 11):
        pytest.skip("the bundle is for another Python than Debian 12 has")
    folder = tmp_path_factory.mktemp("machine")
    root = make_root(folder, packages(lines_of_the_page()))
    shutil.copy(bundle_archive, root / "root" / "zin-bundle.tar.gz")
    spare_open_files(root)
    with booted(root) as running:
        yield running
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def followed(machine: DebianMachine) -> CompletedProcess[str]:
    return machine.run(lines_of_the_page())


def test_page_names_its_packages() -> None:
    assert {"python3-venv", "nginx", "haproxy", "postgresql", "redis-server"} < {*packages(lines_of_the_page())}


def test_calls_are_answered_behind_both_proxies(followed: CompletedProcess[str]) -> None:
    assert followed.returncode == 0, followed.stdout + followed.stderr
    assert followed.stdout.count("CON Services publics du Bénin\n") == 2, followed.stdout


@pytest.mark.usefixtures("followed")
def test_services_run_and_begin_with_the_machine(machine: DebianMachine) -> None:
    units = "zin-serve@8080 zin-deliver haproxy postgresql redis-server"
    assert machine.run(f"systemctl is-active {units}").stdout.split() == ["active"] * 5
    assert machine.run("systemctl is-enabled zin-serve@8080 zin-deliver").stdout.split() == ["enabled"] * 2
    restarts = machine.run("systemctl show --property NRestarts --value zin-serve@8080 zin-deliver")
    assert restarts.stdout.split() == ["0", "0"]


@pytest.mark.usefixtures("followed")
def test_no_secret_and_no_number_is_in_a_log(machine: DebianMachine) -> None:
    logs = machine.run("cat /var/log/nginx/*.log; journalctl --no-pager").stdout
    assert "zin-serve" in logs
    assert "/ussd" in logs
    secrets = machine.run("cat /etc/zin/secrets/* first-password").stdout.split()
    passwords = [urlsplit(one).password for one in secrets if one.startswith("postgresql:")]
    secrets += [one for one in passwords if one]
    assert len(secrets) == 7
    assert [one for one in (*secrets, "0190000001") if one in logs] == []


def test_first_account_is_open(followed: CompletedProcess[str]) -> None:
    assert "Compte « a.kossou » ouvert (admin).\n" in followed.stdout


@pytest.mark.usefixtures("followed")
def test_service_cannot_write_to_the_installation(machine: DebianMachine) -> None:
    for folder in ("/srv/zin/menus", "/opt/zin", "/etc/zin"):
        assert machine.run(f"runuser -u zin -- touch {folder}/strange").returncode != 0, folder
    assert machine.run("runuser -u zin -- cat /etc/zin/secrets/pepper").returncode != 0
