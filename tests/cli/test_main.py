"""The command line as people use it: what it says, where it leaves off, and that a mistake is one line and code 2."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox
from cli.terminal_phone import framed
from database import open_database
from database.encryption import Seal
from database.migrations import migrate
from settings import Settings
from state.interfaces import Reply
from state.transcript import Turn, read, written

ZIN = (sys.executable, "-m", "cli.main")


def zin(*words: str, given: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """One run of the command line with these settings."""
    return subprocess.run([*ZIN, *words], input=given, capture_output=True, text=True, timeout=50,
                          env=os.environ | settings, check=False)  # fmt: skip


def test_every_verb_explains_itself() -> None:
    for verb in ("serve", "deliver", "check", "call", "draw", "config", "words"):
        told = zin(verb, "--help")
        assert (told.returncode, told.stderr) == (0, "")
        assert len(told.stdout.splitlines()) > 4


def test_version_is_the_one_of_the_project() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    run = zin("--version")
    assert (run.returncode, run.stdout, run.stderr) == (0, f"zin {project['version']}\n", "")


MISTAKES = [
    (("serve",), {"ZIN_PORT": "many"}, "ZIN_PORT: "),
    (("serve",), {"ZIN_ENV": "production"}, "secret"),
    (("serve",), {"ZIN_HOP_SECONDS": "12"}, "times must nest"),
    (("serve",), {"ZIN_REDIS_URL": "nonsense"}, "redis_url: an address that begins with redis://"),
    (("serve",), {"ZIN_DATABASE_URL": "mysql://secret-word@here/x"}, "database_url: an address that begins with"),
    (("serve",), {"ZIN_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "PostgreSQL"),
    (("serve",), {"ZIN_DATA": "/proc/nowhere"}, "/proc/nowhere"),
    (("serve",), {"ZIN_MENUS": "no-such-folder"}, "no-such-folder"),
    (("call", "--record", "no-such-folder/call.txt"), {}, "no-such-folder"),
    (("check", "no-such-folder"), {}, "no-such-folder"),
    (("draw", "exmas"), {}, "exmas"),
    (("call", "--phone", "12"), {}, "phone"),
    (("serve", "--workers", "0"), {}, "workers"),
    (("sreve",), {}, "sreve"),
]


@pytest.mark.parametrize(("words", "settings", "told"), MISTAKES)
def test_a_mistake_is_told_in_words_with_code_2(words: tuple[str, ...], settings: dict[str, str], told: str,
                                               tmp_path: Path) -> None:  # fmt: skip
    run = zin(*words, **{"ZIN_DATA": str(tmp_path)} | settings)
    assert run.returncode == 2
    assert told in run.stderr
    assert "Traceback" not in run.stderr
    assert "secret-word" not in run.stderr


def test_check_finds_nothing_in_our_menus_and_everything_in_broken_ones(tmp_path: Path) -> None:
    assert zin("check").returncode == 0
    menus = tmp_path / "menus"
    shutil.copytree("menus", menus)
    (menus / "exams.yaml").write_text("title: [", encoding="utf-8")
    help_ = (menus / "help.yaml").read_text(encoding="utf-8")
    (menus / "help.yaml").write_text(help_.replace("to: topics", "to: topisc", 1), encoding="utf-8")
    service = menus / "catalogue" / "cip.yaml"
    service.write_text(service.read_text(encoding="utf-8").replace("name:", "nom:", 1), encoding="utf-8")
    run = zin("check", str(menus))
    assert run.returncode == 2
    places = re.findall(r"(?m)^\S*?/menus/(\S+?):\d+:\d+: ", run.stdout)
    assert {"exams.yaml", "help.yaml", "catalogue/cip.yaml"} <= set(places)
    assert "(vouliez-vous dire « topics » ?)" in run.stdout


def test_check_prints_the_pages_of_every_screen_on_request() -> None:
    run = zin("check", "--pages")
    assert run.returncode == 0
    assert re.search(r"(?m)^exams\.result +\d \(\d+/178\)", run.stdout)


def test_words_are_extracted_updated_and_counted(tmp_path: Path) -> None:
    locales = Path(shutil.copytree("locales", tmp_path / "locales"))
    (locales / "zin.pot").unlink()
    assert zin("words", "extract", ZIN_LOCALES=str(locales)).stdout == f"{locales}/zin.pot\n"
    (locales / "ddn.po").unlink()
    run = zin("words", "update", ZIN_LOCALES=str(locales))
    assert (run.returncode, run.stdout.splitlines()) == (0, [f"{locales}/ddn.po"])
    run = zin("words", "status", "ddn", ZIN_LOCALES=str(locales))
    assert run.stdout.split()[:2] == ["messages", "traduits"]
    assert "\nhome.welcome\n" in run.stdout.partition("En français, en partie ou en entier :")[2]
    run = zin("words", "status", "de")
    assert (run.returncode, "Traceback" in run.stderr) == (2, False)
    assert "Il y a : fon, yo, bba, ddn" in run.stderr


def test_call_is_a_phone_in_the_terminal_and_can_be_written_down(tmp_path: Path) -> None:
    record = tmp_path / "call.txt"
    run = zin("call", "--record", str(record), given="1\n3\n00\n", ZIN_DATA=str(tmp_path / "data"))
    assert (run.returncode, run.stderr) == (0, "")
    assert "Services publics du Bénin" in run.stdout
    assert re.search(r"(?m)^  \d+/178 septets, page 1/\d, home\.welcome$", run.stdout)
    _, turns = read(record.read_text(encoding="utf-8"))
    assert [turn.does for turn in turns] == ["(appel)", "1", "3", "00"]
    assert turns[1].shows.startswith("Services publics du Bénin\n1 Services")


def test_a_transcript_reads_back_as_it_was_written() -> None:
    turns = [Turn("(appel)", "Bonjour\n1 Un"), Turn("", "Rien"), Turn("200 s", happens=True), Turn("*", "x\n-- fin")]
    assert read(written("Titre", turns)) == ("Titre", turns)


def test_draw_prints_mermaid() -> None:
    run = zin("draw", "exams")
    assert run.stdout.startswith("flowchart LR\n")
    assert "Que faire maintenant" in run.stdout


def test_config_masks_every_secret() -> None:
    run = zin("config", ZIN_SECRET="a-secret-that-nobody-may-read", ZIN_REQUESTS_TOKEN="another-one")
    assert "ZIN_SECRET=********" in run.stdout
    assert "nobody" not in run.stdout
    assert "another-one" not in run.stdout
    assert "ZIN_PORT=8080" in run.stdout


@contextmanager
def serving(data: Path, *words: str, **settings: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server of its own, once it answers; ended by its pid."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"ZIN_DATA": str(data), "ZIN_PORT": str(port)} | settings
    process = subprocess.Popen([*ZIN, "serve", *words], env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process, port
    finally:
        if process.poll() is None:
            children = children_of(process)
            process.kill()
            end(children)
        process.communicate()


def children_of(process: subprocess.Popen[str], kind: bytes = b"") -> list[int]:
    """The processes that this one started, those whose command holds these bytes."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if kind in Path(f"/proc/{pid}/cmdline").read_bytes()]


def listeners(port: int) -> int:
    """How many sockets listen on this port, one for each worker that serves. Source: proc(5), net/tcp."""
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(fields[3] == "0A" and fields[1].endswith(f":{port:04X}") for fields in sockets)


def end(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def hop(port: int, text: str, phone: str = "+2290190000001") -> str:
    form = {"sessionId": f"s{phone}", "serviceCode": "*384*229#", "phoneNumber": phone, "text": text}
    body = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/ussd/africastalking/demo", body, timeout=10) as answer:
        return str(answer.read().decode())


def test_serve_answers_and_stops_in_good_order(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, port):
        assert hop(port, "").startswith("CON Services publics du Bénin")
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert " call\n" in said
    assert "Traceback" not in said
    assert not [line for line in said.splitlines() if "90000001" in line]


def test_calls_in_flight_are_answered_before_a_stop(tmp_path: Path) -> None:
    """Forty citizens are in the middle of a hop when the server stops: each gets an answer, or was not let in."""
    with serving(tmp_path) as (process, port), ThreadPoolExecutor(40) as crowd:
        hop(port, "")
        calls = [crowd.submit(hop, port, "3*1*12345", f"+22901900000{n:02}") for n in range(40)]
        time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        answered = [call.result() for call in calls if not isinstance(call.exception(), OSError)]
        assert process.wait(timeout=20) == 0
    assert all(answer.startswith("CON ") for answer in answered)


def test_workers_share_one_port_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as (process, port):
        assert {hop(port, "", f"+22901900001{n:02}")[:24] for n in range(20)} == {"CON Services publics du "}
        workers = children_of(process, b"spawn_main")
        assert len(workers) == 2
        until = time.monotonic() + 30
        while listeners(port) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(workers[0], signal.SIGKILL)
        time.sleep(0.2)
        for n in range(10):
            assert hop(port, "", f"+22901900002{n:02}").startswith("CON ")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_workers_do_not_outlive_the_process_that_keeps_them(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2") as (process, port):
        assert hop(port, "").startswith("CON ")
        workers, valkey = children_of(process, b"spawn_main"), children_of(process, b"valkey-server")
        process.kill()
        process.communicate(timeout=30)  # ends when the last of them has closed what it prints to
        assert len(workers) == 2
        assert not [pid for pid in workers if Path(f"/proc/{pid}/exe").exists()]
        end(valkey)  # which the next start would replace


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = zin("serve", ZIN_DATA=str(tmp_path), ZIN_PORT=str(taken.getsockname()[1]))
    assert run.returncode == 2
    assert "address already in use" in run.stderr.lower()
    assert "Traceback" not in run.stderr


def test_a_screen_in_its_own_letters_is_measured_as_it_travels() -> None:
    assert (
        list(framed(Reply("Fɔ ?", ends_session=False, screen="fruits.which")))[-1]
        == "  4/76 UCS-2, page 1/1, fruits.which"
    )
    assert list(framed(Reply("[Fo]", ends_session=False, screen="x")))[-1] == "  6/178 septets, page 1/1, x"


def test_a_delivery_shows_what_has_no_gateway_and_stops_in_good_order(tmp_path: Path) -> None:
    asyncio.run(post_one(Settings(data=tmp_path)))
    with subprocess.Popen([*ZIN, "deliver"], env=os.environ | {"ZIN_DATA": str(tmp_path)},
                          stdout=subprocess.PIPE, text=True) as process:  # fmt: skip
        assert process.stdout
        first = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert first == "SMS non envoyé (aucune passerelle) au …0001, 1 partie(s) en GSM :\n"
    assert process.returncode == 0


async def post_one(settings: Settings) -> None:
    database = open_database(settings)
    await migrate(database)
    outbox = Outbox(database, Seal(*settings.secrets.rest))
    await outbox.enqueue(Message("k1", "sms", "+2290190000001", "Bonjour"))
    await database.close()
