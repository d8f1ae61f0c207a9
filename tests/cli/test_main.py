"""Verbs of the command line as people use them: their output, and a refusal in one line with code 2."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cli.terminal_phone import framed
from state.interfaces import Reply
from state.transcript import Turn, read, written
from tests.support.server_process import zin

pytestmark = pytest.mark.slow


def test_every_verb_explains_itself() -> None:
    for verb in ("serve", "deliver", "check", "call", "draw", "config", "words"):
        run = zin(verb, "--help")
        assert (run.returncode, run.stderr) == (0, "")
        assert len(run.stdout.splitlines()) > 4


def test_command_imports_neither_sql_nor_counters() -> None:
    """SQL takes time, and the counters of several workers are shared only if they are imported after this choice."""
    code = "import sys, cli.main; print(sorted({'sqlalchemy', 'prometheus_client'} & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_version_is_that_of_the_project() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    run = zin("--version")
    assert (run.returncode, run.stdout, run.stderr) == (0, f"zin {project['version']}\n", "")


NO_AUTHORITY = {"ZIN_REDIS_URL": "rediss://127.0.0.1:1/0?ssl_ca_certs=/no/such/ca.pem"}
MISTAKES = [
    (("serve",), {"ZIN_PORT": "many"}, "ZIN_PORT: "),
    (("serve",), {"ZIN_ENV": "production"}, "secret"),
    (("serve",), {"ZIN_HOP_SECONDS": "12"}, "times must nest"),
    (("serve",), {"ZIN_REDIS_URL": "nonsense"}, "redis_url: an address that begins with redis://"),
    (("serve",), {"ZIN_REDIS_URL": "redis://secret-word@127.0.0.1,127.0.0.2/0"}, "redis_url: one host only"),
    (("serve",), NO_AUTHORITY, "ZIN_REDIS_URL: the file of ssl_ca_certs cannot be read"),
    (("serve", "--workers", "2"), NO_AUTHORITY, "ZIN_REDIS_URL: the file of ssl_ca_certs cannot be read"),
    (("deliver",), NO_AUTHORITY, "ZIN_REDIS_URL: the file of ssl_ca_certs cannot be read"),
    (("serve",), {"ZIN_DATABASE_URL": "mysql://secret-word@here/x"}, "database_url: an address that begins with"),
    (("serve",), {"ZIN_DATABASE_URL": "postgresql://127.0.0.1:1/x", "ZIN_START_SECONDS": "0"}, "PostgreSQL"),
    (("serve",), {"ZIN_DATA": "/proc/nowhere"}, "/proc/nowhere"),
    (("serve",), {"ZIN_MENUS": "no-such-folder"}, "no-such-folder"),
    (("call", "--record", "no-such-folder/call.txt"), {}, "no-such-folder"),
    (("check", "no-such-folder"), {}, "no-such-folder"),
    (("draw", "exmas"), {}, "exmas"),
    (("call", "--phone", "12"), {}, "phone"),
    (("serve", "--workers", "0"), {}, "workers"),
    (("sreve",), {}, "sreve"),
]


@pytest.mark.parametrize(("words", "settings", "message"), MISTAKES)
def test_invalid_command_exits_with_2_and_a_message(words: tuple[str, ...], settings: dict[str, str], message: str,
                                               tmp_path: Path) -> None:  # fmt: skip
    run = zin(*words, **{"ZIN_DATA": str(tmp_path)} | settings)
    assert run.returncode == 2
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert "secret-word" not in run.stderr


def test_check_reports_every_broken_file(tmp_path: Path) -> None:
    assert zin("check").returncode == 0
    menus = tmp_path / "menus"
    shutil.copytree("menus", menus)
    (menus / "exams.yaml").write_text("title: [", encoding="utf-8")
    help_ = (menus / "help.yaml").read_text(encoding="utf-8")
    (menus / "help.yaml").write_text(help_.replace("to: keys", "to: kyes", 1), encoding="utf-8")
    service = menus / "catalogue" / "cip.yaml"
    service.write_text(service.read_text(encoding="utf-8").replace("name:", "nom:", 1), encoding="utf-8")
    run = zin("check", str(menus))
    assert run.returncode == 2
    places = re.findall(r"(?m)^\S*?/menus/(\S+?):\d+:\d+: ", run.stdout)
    assert {"exams.yaml", "help.yaml", "catalogue/cip.yaml"} <= set(places)
    assert "(vouliez-vous dire « keys » ?)" in run.stdout


def test_check_names_the_languages_that_are_held_back(tmp_path: Path) -> None:
    menus = Path(shutil.copytree("menus", tmp_path / "menus"))
    shutil.copytree("locales", menus / "locales")
    fon = menus / "locales" / "fon.po"
    fon.write_text(fon.read_text(encoding="utf-8").replace("plural=0;", "plural=x y;", 1), encoding="utf-8")
    run = zin("check", str(menus))
    assert (run.returncode, run.stderr) == (
        2,
        "Le reste est juste : seules ces langues restent comme elles étaient : fon\n",
    )
    assert re.search(r"(?m)^\S*locales/fon\.po:1:1: en-tête Plural-Forms illisible$", run.stdout)


def test_check_prints_screen_sizes_on_request() -> None:
    run = zin("check", "--pages")
    assert run.returncode == 0
    assert re.search(r"(?m)^exams\.result +\d \(\d+/178\)", run.stdout)


def test_translations_are_extracted_updated_and_counted(tmp_path: Path) -> None:
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


def test_call_in_the_terminal_can_be_recorded(tmp_path: Path) -> None:
    record = tmp_path / "call.txt"
    run = zin("call", "--record", str(record), given="1\n3\n00\n", ZIN_DATA=str(tmp_path / "data"))
    assert (run.returncode, run.stderr) == (0, "")
    assert "Services publics du Bénin" in run.stdout
    assert re.search(r"(?m)^  \d+/178 septets, page 1/\d, home\.welcome$", run.stdout)
    _, turns = read(record.read_text(encoding="utf-8"))
    assert [turn.does for turn in turns] == ["(appel)", "1", "3", "00"]
    assert turns[1].shows.startswith("Services publics du Bénin\n1 Services")


def test_transcript_reads_back_as_written() -> None:
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


def test_screen_is_measured_in_its_encoding() -> None:
    assert (
        list(framed(Reply("Fɔ ?", ends_session=False, screen="fruits.which")))[-1]
        == "  4/76 UCS-2, page 1/1, fruits.which"
    )
    assert list(framed(Reply("[Fo]", ends_session=False, screen="x")))[-1] == "  6/178 septets, page 1/1, x"


@pytest.mark.parametrize("verb", ["serve", "deliver"])
def test_production_logs_json_from_its_first_line(verb: str) -> None:
    run = zin(verb, ZIN_ENV="production", ZIN_PORT="many", ZIN_HOP_SECONDS="none")
    lines = [json.loads(line) for line in run.stderr.splitlines()]
    assert (run.returncode, run.stdout, {line["event"] for line in lines}) == (2, "", {"cannot start"})
    assert [line["why"].partition(":")[0] for line in lines] == ["ZIN_PORT", "ZIN_HOP_SECONDS"]
