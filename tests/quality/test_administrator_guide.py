"""docs/administrateur.md holds: who follows it to the letter, on a fresh clone, does and sees all that it promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import TimeoutError as PlaywrightTimeout

from tests.support.browser import chromium
from tests.support.guide_reader import ROOT, Clerk, clone
from tests.support.guide_steps import NotUnderstood, Step, pictures, steps

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "administrateur.md").read_text(encoding="utf-8")
GUIDES = ("administrateur.md", "operateur.md")
LARGEST = 150_000  # bytes of a picture
BROKEN = """```yaml
# menus/help.yaml : cherchez
title: Aide
```
```yaml
# menus/help.yaml : écrivez à la place
titre: Aide
```
```sh
.venv/bin/zin check
```
"""


@pytest.mark.browser
async def test_guide_can_be_followed_to_the_letter(tmp_path: Path, valkey_url: str) -> None:
    async with chromium() as browser, Clerk(clone(tmp_path), browser, valkey_url) as clerk:
        await clerk.follow(steps(PAGE))


@pytest.mark.parametrize(
    "done",
    ["make run", "menus stage", "menus diff", "menus publish", "menus rollback", "menus history", "operators add"],
)
def test_guide_shows_the_command(done: str) -> None:
    assert any(done in step.arguments[0] for step in steps(PAGE) if step.verb == "run")


@pytest.mark.parametrize("guide", GUIDES)
def test_steps_are_numbered_in_order(guide: str) -> None:
    was, longest = 0, 0
    for line, number in enumerate((ROOT / "docs" / guide).read_text(encoding="utf-8").splitlines(), 1):
        if numbered := re.match(r"(\d+)\. ", number):
            assert int(numbered[1]) in (1, was + 1), f"line {line}"
            was = int(numbered[1])
            longest = max(longest, was)
    assert longest > 1, "the guide has no numbered steps"


def test_make_run_starts_zin_serve() -> None:
    assert "\nrun: .venv/runtime" in (makefile := (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert "\n\t@$(BIN)/zin serve\n" in makefile.partition("\nrun: ")[2]


def test_pictures_are_small_and_described() -> None:
    shown = [one for page in GUIDES for one in pictures((ROOT / "docs" / page).read_text(encoding="utf-8"))]
    assert {Path(file).name for _, file in shown} == {path.name for path in (ROOT / "docs" / "images").glob("*.png")}
    for description, file in shown:
        assert len(description) > 20, file
        assert (ROOT / "docs" / file).stat().st_size < LARGEST, file


# A page that lies is found out


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (BROKEN + "```text\nRien à corriger dans menus ni locales\n```\n", "is not in"),
        (BROKEN.replace("title: Aide", "title: Secours"), "has this 0 times"),
        (BROKEN.replace("title: Aide", "    choices: []"), "has this 3 times"),
        (BROKEN.replace("cherchez", "nouveau fichier"), "is there already"),
        ("```yaml\n# menus/help.yaml : écrivez à la place\na: b\n```\n", "nothing was looked for"),
        ("1. Ouvrez <http://127.0.0.1:8080/>.\n", "nothing runs"),
        ("```sh\nmake coffee\n```\n", "nobody knows how"),
    ],
)
async def test_wrong_step_of_a_guide_is_found(page: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=fault) as found:
        await Clerk(clone(tmp_path)).follow(steps(page))
    assert any("of the page" in note for note in found.value.__notes__)


async def test_ellipsis_matches_any_output(tmp_path: Path) -> None:
    expected = "```text\nmenus/help.yaml:2:1: …\n```\n"
    await Clerk(clone(tmp_path)).follow(steps(BROKEN + expected))


LIES = (
    "1. La page dit « Il pleut ».",
    "1. La page ne dit pas « Appeler ».",
    "1. Cliquez sur « Danser ».",
    "1. Écrivez `8` dans « Chanson ».",
    "1. Choisissez « Grec » dans « Langue ».",
    "1. Tapez `8`, puis cliquez sur « Envoyer ».",
    "1. Le téléphone montre :\n\n```text\nIl pleut\n```",
)


@pytest.mark.browser
async def test_wrong_screen_of_a_guide_is_found(tmp_path: Path, valkey_url: str) -> None:
    begun = "```sh\nmake run\n```\n\n1. Ouvrez <http://127.0.0.1:8080/>.\n"
    async with chromium() as browser, Clerk(clone(tmp_path), browser, valkey_url) as clerk:
        await clerk.follow(steps(begun))
        clerk.patience = 0.3
        for lie in LIES:
            with pytest.raises((AssertionError, PlaywrightTimeout)) as found:
                await clerk.follow(steps(lie))
            assert found.value.__notes__[0].startswith("line ")


# What can be written


@pytest.mark.parametrize(
    "page",
    ["1. Chantez.\n", "1. Cliquez sur Carte.\n", "```yaml\ntitle: Aide\n```\n", "```python\nprint()\n```\n"],
)
def test_unknown_instruction_is_refused(page: str) -> None:
    with pytest.raises(NotUnderstood, match="line 1"):
        steps(page)


def test_line_of_two_steps_is_split() -> None:
    page = "Du texte.\n\n1. Ouvrez <http://127.0.0.1:8080/a>. La page dit\n   « Un. Deux ».\n"
    assert steps(page) == [Step(3, "open", ("/a",)), Step(3, "sees", ("Un. Deux",))]
