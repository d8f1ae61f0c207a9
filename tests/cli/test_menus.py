"""The verbs `zin menus`, as an administrator types them, over both databases."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from accounts.audit import Audit
from cli.main import main
from tests.support.browser import menus_copy
from tests.support.database import Registry

pytestmark = pytest.mark.slow

Zin = Callable[..., Awaitable[Result]]


@pytest.fixture
def zin(registry: Registry, tmp_path: Path) -> Zin:
    """One verb at a time, in a thread, since it has an event loop of its own; over a copy of our own menus."""
    environment = {
        "ZIN_DATA": str(registry.settings.data),
        "ZIN_DATABASE_URL": registry.settings.database_url.get_secret_value(),
        "ZIN_MENUS": str(menus_copy(tmp_path)),
    }

    async def run(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, main, ["menus", *words], env=environment)

    return run


async def test_version_is_staged_published_and_rolled_back(zin: Zin, registry: Registry, tmp_path: Path) -> None:
    assert (await zin("history")).output == "Rien n'a encore été préparé ni publié.\n"
    staged = await zin("stage")
    assert re.fullmatch(
        r"Version [0-9a-f]{20} préparée\. Comparez : zin menus diff\. Publiez : zin menus publish\.\n", staged.output
    )
    assert (await zin("publish")).output.startswith("n° 1  ")
    exams = tmp_path / "menus" / "exams.yaml"
    exams.write_text(exams.read_text(encoding="utf-8").replace("Quel examen ?", "Quel examen cherchez-vous ?"),
                     encoding="utf-8")  # fmt: skip
    assert (await zin("stage", str(tmp_path / "menus"))).exit_code == 0
    diff = (await zin("diff")).output
    assert (
        "- « Quel examen cherchez-vous ? » (exams.which_exam), ce que dit l'écran\n    avant : Quel examen ?\n" in diff
    )
    assert "\nTextes qui restent en français\n" in diff
    assert "\nAppels écrits qui se passent autrement\n- " in diff
    assert "    - Quel examen ?\n    + Quel examen cherchez-vous ?\n" in diff
    assert diff.endswith("On ne sait pas combien de conversations sont ouvertes : Valkey ne répond pas.\n")
    assert (await zin("publish", "--why", "plus clair")).output.splitlines()[0].endswith("  plus clair")
    assert (await zin("rollback")).output.startswith("n° 3  ")
    lines = (await zin("history")).output.splitlines()
    assert [line[:4] for line in lines] == ["n° 3", "n° 2", "n° 1"]
    entries = await Audit(registry.database).last(9)
    assert [entry.action.partition(" ")[2] for entry in entries] == [
        "stage", "publish", "stage", "publish", "rollback"]  # fmt: skip
    assert all(entry.operator.startswith("console:") for entry in entries)


async def test_impossible_action_is_refused_in_one_line(zin: Zin, tmp_path: Path) -> None:
    for words, message in (
        (("diff",), "Rien n'est préparé : commencez par zin menus stage."),
        (("publish",), "Rien n'est préparé : commencez par zin menus stage."),
        (("publish", "nonsense"), "Il n'y a pas une version « nonsense » : voyez zin menus history."),
        (("rollback",), "Il n'y a pas de version d'avant à laquelle revenir."),
    ):
        refused = await zin(*words)
        assert (refused.exit_code, refused.stderr) == (2, f"{message}\n"), words


async def test_broken_folder_is_reported_with_its_place(zin: Zin, tmp_path: Path) -> None:
    home = tmp_path / "menus" / "help.yaml"
    home.write_text(home.read_text(encoding="utf-8").replace("to: keys}", "to: kesy}"), encoding="utf-8")
    refused = await zin("stage")
    assert refused.exit_code == 2
    assert f"{home}:" in refused.stderr
    assert "(vouliez-vous dire « keys » ?)" in refused.stderr
    assert (await zin("history")).output == "Rien n'a encore été préparé ni publié.\n"


async def test_faulty_language_is_named_and_the_rest_staged(zin: Zin, tmp_path: Path) -> None:
    menus = tmp_path / "menus"
    fon = Path(shutil.copytree("locales", menus / "locales")) / "fon.po"
    await zin("stage")
    assert (await zin("publish")).output.startswith("n° 1  ")
    fon.write_text(fon.read_text(encoding="utf-8").replace("plural=0;", "plural=x y;", 1), encoding="utf-8")
    alone = await zin("stage")
    assert (alone.exit_code, "Rien à préparer" in alone.stderr, f"{fon}:1:1: " in alone.stderr) == (2, True, True)
    exams = menus / "exams.yaml"
    exams.write_text(exams.read_text(encoding="utf-8").replace("Quel examen ?", "Quel examen cherchez-vous ?"),
                     encoding="utf-8")  # fmt: skip
    staged = await zin("stage")
    assert staged.exit_code == 0
    assert staged.stdout.startswith(f"{fon}:1:1: en-tête Plural-Forms illisible\nVersion ")
    assert staged.stderr == "Ces langues restent comme elles sont en service : il y a d'abord à corriger.\n"
