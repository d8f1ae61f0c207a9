"""Processes of the command line: they answer, share a port, and stop cleanly."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.processes import free_port
from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from database import open_database
from database.encryption import Seal
from database.migrations import migrate
from settings import Settings
from tests.support.patience import PATIENCE
from tests.support.server_process import ZIN, children_of, end, hop, listeners, serving, zin

pytestmark = pytest.mark.slow


def test_server_answers_and_stops_cleanly(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, port):
        assert hop(port, "").startswith("CON Services publics du Bénin")
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert re.search(r"stopping .*SIGTERM", output)
    assert " call\n" in output
    assert "Traceback" not in output
    # the number of the examples at the start is the one that calls here
    assert not [line for line in output.splitlines() if "90000001" in line and "curl" not in line]


def test_hops_in_flight_are_answered_before_a_stop(tmp_path: Path) -> None:
    """Forty citizens are in the middle of a hop when the server stops: each gets an answer, or was not let in."""
    with serving(tmp_path) as (process, port), ThreadPoolExecutor(40) as crowd:
        hop(port, "")
        calls = [crowd.submit(hop, port, "3*1*12345", f"+22901900000{n:02}") for n in range(40)]
        time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        answered = [call.result() for call in calls if not isinstance(call.exception(), OSError)]
        assert process.wait(timeout=PATIENCE) == 0
    assert all(answer.startswith("CON ") for answer in answered)


def test_dead_worker_is_replaced_on_the_shared_port(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as (process, port):
        assert {hop(port, "", f"+22901900001{n:02}")[:24] for n in range(20)} == {"CON Services publics du "}
        workers = children_of(process.pid, "zin worker")
        assert len(workers) == 2
        assert hops_counted(port) == 20
        until = time.monotonic() + PATIENCE
        while listeners(port) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(workers[0], signal.SIGKILL)
        while listeners(port) > 1 and time.monotonic() < until:  # its threads end one by one, its sockets with the last
            time.sleep(0.01)
        for n in range(10):
            assert hop(port, "", f"+22901900002{n:02}").startswith("CON ")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0


def test_workers_end_with_their_parent_process(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as (process, port):
        assert hop(port, "").startswith("CON ")
        workers, valkey = children_of(process.pid, "zin worker"), children_of(process.pid, "valkey-server")
        process.kill()
        process.communicate(timeout=PATIENCE)  # ends when the last of them has closed what it prints to
        assert (len(workers), len(valkey)) == (2, 1)
        assert not [pid for pid in (*workers, *valkey) if Path(f"/proc/{pid}/exe").exists()]


def test_killed_process_of_valkey_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as (process, port):
        assert hop(port, "").startswith("CON ")
        valkey = children_of(process.pid, "valkey-server")
        end(children_of(process.pid, "zin valkey"))
        until = time.monotonic() + PATIENCE
        while children_of(process.pid, "valkey-server") in ([], valkey) and time.monotonic() < until:
            time.sleep(0.05)
        valkey += children_of(process.pid, "valkey-server")
        assert hop(port, "1").startswith("CON ")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert len(valkey) == 2
    assert not [pid for pid in valkey if Path(f"/proc/{pid}/exe").exists()]


def test_workers_do_not_start_on_a_broken_menu_or_valkey(tmp_path: Path) -> None:
    menus = Path(shutil.copytree("menus", tmp_path / "menus"))
    (menus / "home.yaml").write_text("first: nowhere\n", encoding="utf-8")
    log = tmp_path / "data" / "appendonlydir" / "appendonly.aof.manifest"
    log.parent.mkdir(parents=True)
    log.write_text("nonsense\n", encoding="utf-8")
    for settings, reason in (({"ZIN_MENUS": str(menus)}, "home.yaml:1:"), ({}, "Valkey does not start")):
        run = zin("serve", "--workers", "2", ZIN_DATA=str(tmp_path / "data"), ZIN_PORT=str(free_port()), **settings)
        assert run.returncode == 2
        assert reason in run.stderr
        assert "Traceback" not in run.stderr


def test_used_port_is_reported_without_traceback(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = zin("serve", ZIN_DATA=str(tmp_path), ZIN_PORT=str(taken.getsockname()[1]))
    assert run.returncode == 2
    assert "address already in use" in run.stderr.lower()
    assert "Traceback" not in run.stderr


def test_deliver_prints_messages_without_gateway(tmp_path: Path) -> None:
    asyncio.run(post_one(Settings(data=tmp_path)))
    with subprocess.Popen([*ZIN, "deliver"], env=os.environ | {"ZIN_DATA": str(tmp_path)},
                          stdout=subprocess.PIPE, text=True) as process:  # fmt: skip
        assert process.stdout
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    assert first == "SMS non envoyé (aucune passerelle) au …0001, 1 partie en GSM :\n"
    assert process.returncode == 0


def hops_counted(port: int) -> float:
    """The hops that all workers together have counted."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as page:
        found = re.findall(r"(?m)^zin_hop_seconds_count\{.*\} ([\d.]+)$", page.read().decode())
    return sum(map(float, found))


async def post_one(settings: Settings) -> None:
    database = open_database(settings)
    await migrate(database)
    outbox = Outbox(database, Seal(*settings.secrets.rest))
    await outbox.enqueue(Message("k1", "sms", "+2290190000001", "Bonjour"))
    await database.close()
