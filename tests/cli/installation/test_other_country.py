"""Another country needs files only: laid out empty, described, checked, served, and called over USSD and SMS."""

from __future__ import annotations

import re
import signal
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from cli.installation.layout import lay_out
from cli.installation.territory_data import look_up
from state.country_file import read_country
from tests.support.patience import PATIENCE
from tests.support.server_process import serving, zin

ESSAI = Path("tests/data/country/country.yaml").resolve()


def post(port: int, path: str, **form: str) -> str:
    body = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", body, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("code", ["TG", "GH", "FR"])
def test_country_of_the_tables_needs_no_completion(tmp_path: Path, code: str) -> None:
    folder = lay_out(tmp_path / code, look_up(code))
    found, problems = read_country(folder / "locales")
    assert problems == []
    assert found
    assert found.code == code
    assert found.numbers.normalize(found.trial_number) == found.trial_number


def test_starting_set_names_no_country_when_empty(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "zin", look_up("TG"))
    written = [path for path in folder.rglob("*") if path.suffix in (".yaml", ".toml")]
    assert len(written) > 6
    named = re.compile(r"Bénin|229|fr_BJ|ANIP|Cotonou|[fF]ɔn|Yor")
    assert [path.name for path in written if named.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--empty",), "--empty et --country vont ensemble"),
        (("--empty", "--country", "togo"), "deux lettres majuscules"),
    ],
)
def test_incomplete_options_are_refused(tmp_path: Path, words: tuple[str, ...], fault: str) -> None:
    run = zin("init", str(tmp_path / "zin"), *words)
    assert (run.returncode, run.stdout) == (2, "")
    assert fault in run.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_made_up_country_is_laid_out_and_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert zin("init", str(tmp_path / "essai"), "--empty", "--country", "XA").returncode == 0
    monkeypatch.chdir(tmp_path / "essai")
    described = Path("locales/country.yaml")
    empty = zin("check")
    assert empty.returncode == 2
    places = [line.partition(": ")[0] for line in empty.stdout.splitlines()]
    assert len(places) > 5
    assert {re.sub(r"\d+:\d+$", "L:C", place) for place in places} == {"locales/country.yaml:L:C"}
    described.write_text(ESSAI.read_text(encoding="utf-8"), encoding="utf-8")
    checked = zin("check")
    assert (checked.returncode, checked.stdout.splitlines()) == (
        0,
        [
            "À savoir : gateways ne décrit aucune passerelle : seules celles de Zin même sont servies",
            "Rien à corriger dans menus ni locales",
        ],
    ), checked
    with serving(tmp_path / "data") as (process, port):
        answers_calls(port)
        post(port, "/sms/africastalking/demo", **{"from": "08123456", "text": "INFOS", "id": "1", "to": "500"})
        printed = output_until(process, "Où aller")
    assert "+9998123456" not in printed


def answers_calls(port: int) -> None:
    """Two notations of one number are one call."""
    call = {"sessionId": "s1", "serviceCode": "*500#"}
    first = post(port, "/ussd/africastalking/demo", phoneNumber="+9998123456", text="", **call)
    assert first.startswith("CON Services publics\n1 Informations")
    second = post(port, "/ussd/africastalking/demo", phoneNumber="08123456", text="1", **call)
    assert second.startswith("CON Informations\n1 Où aller")


def output_until(process: subprocess.Popen[str], words: str) -> str:
    """What the server printed until these words, then it is ended."""
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            break
    process.send_signal(signal.SIGTERM)
    return "".join(lines)
