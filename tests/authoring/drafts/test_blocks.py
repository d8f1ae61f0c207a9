"""What two people changed in one file is joined screen by screen; what contradicts awaits a choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.drafts.blocks import WHOLE, Conflict, merge, split

HELP = """\
# yaml-language-server: $schema=schema.json
title: Aide
first: topics  # the list

screens:
  topics:
    say: Aide
    choices:
      - {label: Les touches, to: keys}
  # Read by everybody.
  keys:
    say: |
      Tapez le numéro.
    choices: []
"""
FLOW = "title: Aide\nscreens: {topics: {say: Aide}, keys: {say: Tapez.}}\n"
BROKEN = "title: [\n"
MENUS = sorted(path for path in Path("menus").rglob("*.yaml"))


def test_blocks_are_screens_and_keys_with_their_comments() -> None:
    blocks = split(HELP)
    assert list(blocks) == [WHOLE, "title", "first", "screens", "screens.topics", "screens.keys"]
    assert blocks["screens.keys"].startswith("  # Read by everybody.\n  keys:\n")
    assert blocks[WHOLE] == "# yaml-language-server: $schema=schema.json\n"


@pytest.mark.parametrize("text", [HELP, FLOW, BROKEN, "", "- a\n- b\n", "title: Aide"])
def test_joined_blocks_are_the_file(text: str) -> None:
    assert "".join(split(text).values()) == text


@pytest.mark.parametrize("path", MENUS, ids=str)
def test_joined_blocks_of_our_menus_are_the_file(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "".join(split(text).values()) == text
    assert len(split(text)) > 2


def test_changes_of_different_screens_are_joined() -> None:
    mine = HELP.replace("Tapez le numéro.", "Tapez un numéro.")
    theirs = HELP.replace("say: Aide", "say: De l'aide ?").replace("title: Aide", "title: À l'aide")
    merged = merge(HELP, mine, theirs)
    assert merged.conflicts == ()
    assert merged.text == theirs.replace("Tapez le numéro.", "Tapez un numéro.")
    assert merge(HELP, theirs, mine) == merged


def test_same_change_of_both_is_no_conflict() -> None:
    mine = HELP.replace("Tapez le numéro.", "Tapez un numéro.")
    assert merge(HELP, mine, mine).text == mine
    assert merge(HELP, HELP, mine).text == mine
    assert merge(HELP, mine, HELP).text == mine


def test_contradiction_in_one_screen_awaits_a_choice() -> None:
    mine, theirs = HELP.replace("numéro.", "chiffre."), HELP.replace("numéro.", "signe.").replace("Aide\n", "Aides\n")
    merged = merge(HELP, mine, theirs)
    assert [one.block for one in merged.conflicts] == ["screens.keys"]
    assert merged.conflicts[0].mine.endswith("      Tapez le chiffre.\n    choices: []\n")
    assert merged.conflicts[0].theirs.endswith("      Tapez le signe.\n    choices: []\n")
    assert merge(HELP, mine, theirs, {"screens.keys": "theirs"}).text == theirs
    assert merge(HELP, mine, theirs, {"screens.keys": "mine"}).text == theirs.replace("signe.", "chiffre.")


def test_screens_added_by_both_stay_where_they_were_put() -> None:
    mine = HELP.replace("  # Read", "  own:\n    say: À nous\n  # Read")
    theirs = HELP + "  last:\n    say: À eux\n"
    assert merge(HELP, mine, theirs).text == mine + "  last:\n    say: À eux\n"


def test_removed_screen_goes_unless_the_other_changed_it() -> None:
    blocks = split(HELP)
    mine = "".join(text for name, text in blocks.items() if name != "screens.keys")
    assert merge(HELP, mine, HELP.replace("say: Aide", "say: Aides")).text == mine.replace("say: Aide", "say: Aides")
    contested = merge(HELP, mine, HELP.replace("numéro.", "signe."))
    assert [(one.block, one.mine) for one in contested.conflicts] == [("screens.keys", "")]


def test_order_that_one_side_changed_stays() -> None:
    one, two = "a: 1\n", "b: 2\n"
    assert merge(one + two, two + one, one + two.replace("2", "3")).text == "b: 3\na: 1\n"
    assert merge(one + two, one + two.replace("2", "3"), two + one).text == "b: 3\na: 1\n"


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "text", "contested"),
    [
        (None, "a: 1\n", None, "a: 1\n", False),
        (None, "a: 1\n", "a: 1\n", "a: 1\n", False),
        (None, "a: 1\n", "a: 2\n", "a: 1\n", True),
        ("a: 1\n", None, "a: 1\n", None, False),
        ("a: 1\n", None, "a: 2\n", None, True),
        ("a: 1\n", "a: 1\n", None, None, False),
        ("a: 1\n", "a: 2\n", None, "a: 2\n", True),
    ],
)
def test_files_that_one_side_lacks(
    base: str | None, mine: str | None, theirs: str | None, text: str | None, contested: bool
) -> None:
    merged = merge(base, mine, theirs)
    assert merged.text == text
    assert merged.conflicts == ((Conflict(WHOLE, mine or "", theirs or ""),) if contested else ())
    assert merge(base, mine, theirs, {WHOLE: "theirs"}).text == (theirs if contested else text)


def test_last_line_without_an_end_gets_one() -> None:
    assert merge("a: 1\n", "a: 1\nb: 2", "a: 1\nc: 3").text in ("a: 1\nb: 2\nc: 3\n", "a: 1\nc: 3\nb: 2\n")
