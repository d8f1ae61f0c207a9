"""The translators' page holds: its commands exist, its marks count as it says, its rows are taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from babel.messages.catalog import Message

from cli.main import main
from cli.translations import words
from settings import Settings
from state.text.languages import read_languages
from state.text.po_files import translation_status

PAGE = (Path(__file__).parents[2] / "docs" / "traduire.md").read_text(encoding="utf-8")
MARKS = re.findall(r"(?m)^ +\| `# (.+?)` \| ", PAGE)
ROWS: list[str] = re.findall(r"(?ms)^ +```yaml\n(.*?)^ +```$", PAGE)


def test_every_command_of_the_guide_exists() -> None:
    commands = re.findall(r"\bzin (\w+)(?: (\w+))?", PAGE)
    assert {verb for verb, _ in commands} == {"words", "check", "call", "menus"}
    assert {verb for verb, _ in commands} <= main.commands.keys()
    assert {what for verb, what in commands if verb == "words" and what} == words.commands.keys() - {"extract"}


def test_review_marks_count_as_documented() -> None:
    assert [translation_status(Message("a", "b", user_comments=[mark])) for mark in MARKS] == [
        "draft",
        "attested",
        "reviewed",
    ]
    assert translation_status(Message("a", "b")) == "draft"
    assert translation_status(Message("a", "b", flags=["fuzzy"], user_comments=MARKS)) == "missing"
    assert translation_status(Message("a", "", user_comments=MARKS)) == "missing"


@pytest.mark.parametrize("block", ROWS, ids=[block.split(":")[0].strip() for block in ROWS])
def test_rows_of_the_guide_are_accepted(block: str, tmp_path: Path) -> None:
    shown = yaml.load(block, yaml.BaseLoader)
    rows = yaml.load(Path("locales/languages.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    if "review" in shown:  # a part of a row
        shown = {"fon": shown}
    for code, keys in shown.items():
        rows[code] = rows.get(code, {}) | keys
    (tmp_path / "languages.yaml").write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
    assert read_languages(tmp_path)[1] == []


@pytest.mark.parametrize(
    "key", ["offered", "folding", "ussd", "review", "fallback", "dates", "numbers", "Plural-Forms", "fuzzy"]
)
def test_every_language_key_is_documented(key: str) -> None:
    assert re.search(rf"[`«] ?{key}|^ +{key}:", PAGE, re.MULTILINE)


def test_settings_of_the_guide_exist() -> None:
    assert {name.lower() for name in re.findall(r"ZIN_(\w+)=", PAGE)} <= Settings.model_fields.keys()
