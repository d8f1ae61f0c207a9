"""Each later step of the migrations is safe while programs of the version before still run on the same tables.

They write rows without new columns, and read all columns and tables that they know. So a step adds, and a later version
takes away what nobody uses any more (docs/releasing.md).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from database.migrations import FOLDER, NEWEST
from database.tables.schema import UNUSED

LAST_BEFORE_THE_RULES = "0025"
ADDING = {"add_column", "create_table", "create_index", "execute", "f", "inline_literal"}
TAKING = {"drop_table": 1, "drop_column": 2}
SAFE_SQL = re.compile(
    r"\s*(UPDATE|INSERT INTO|CREATE (TABLE|INDEX|FUNCTION|OR REPLACE FUNCTION|TRIGGER))\b", re.IGNORECASE
)


def faults(text: str) -> Iterator[str]:
    """What a step may not do, or does not say."""
    tree = ast.parse(text)
    named = {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Name)
        and target.id in ("revision", "down_revision", "compatible_from")
    }  # fmt: skip
    if not named.get("compatible_from", "9999") <= named["down_revision"]:
        yield "the version before cannot live with it"
    upgrades = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name != "downgrade")
    created = set(re.findall(r'create_table\(\s*"(\w+)"', text))
    for call in (node for one in upgrades for node in ast.walk(one) if isinstance(node, ast.Call)):
        yield from _fault(call, named["down_revision"], created)


def _fault(call: ast.Call, before: str, created: set[str]) -> Iterator[str]:
    function = call.func
    if not (isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "op"):
        return
    words = [one.value if isinstance(one, ast.Constant) else None for one in call.args]
    if created.intersection(words[:2]) and function.attr not in TAKING:
        return  # of a table that the version before does not know
    if function.attr in TAKING:
        unused = ".".join(str(word) for word in words[: TAKING[function.attr]])
        if UNUSED.get(unused, "9999") > before:
            yield f"{function.attr} of {unused}, which the version before may use"
    elif function.attr not in ADDING:
        yield f"{function.attr} changes what the version before knows"
    elif function.attr == "add_column" and not _may_be_left_out(call):
        yield "add_column of a column that the version before cannot fill"
    elif function.attr == "create_index" and "unique" in {one.arg for one in call.keywords}:
        yield "create_index that refuses rows of the version before"
    elif function.attr == "execute" and not SAFE_SQL.match(str(words[0])):
        yield "execute of SQL that is not known to be safe"


def _may_be_left_out(call: ast.Call) -> bool:
    """Whether a row can be written without the added column."""
    column = next((one for one in call.args if isinstance(one, ast.Call)), None)
    given = {one.arg: one.value for one in column.keywords} if column else {}
    nullable = given.get("nullable")
    required = nullable is not None and not (isinstance(nullable, ast.Constant) and nullable.value is True)
    return column is not None and "primary_key" not in given and (not required or "server_default" in given)


STEPS = sorted(FOLDER.glob("versions/r*.py"))


@pytest.mark.parametrize("path", STEPS, ids=lambda path: path.stem)
def test_later_steps_are_safe_beside_the_version_before(path: Path) -> None:
    if path.stem[1:5] > LAST_BEFORE_THE_RULES:
        assert list(faults(path.read_text("utf-8"))) == []


def test_every_step_is_looked_at() -> None:
    assert [path.stem[1:5] for path in STEPS] == [f"{step:04}" for step in range(1, int(NEWEST) + 1)]


HEAD = 'revision = "0029"\ndown_revision = "0028"\ncompatible_from = "0028"\ndef upgrade() -> None:\n    '
COLUMN = 'op.add_column("requests", sa.Column("x", sa.Integer'


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ('op.drop_table("requests")', "drop_table of requests"),
        ('op.drop_column("requests", "note")', "drop_column of requests.note"),
        ('op.rename_table("requests", "demands")', "rename_table"),
        ('op.alter_column("requests", "note", new_column_name="text")', "alter_column"),
        ('op.create_unique_constraint("one", "requests", ["note"])', "create_unique_constraint"),
        ('op.create_index("one", "requests", ["note"], unique=True)', "create_index that refuses"),
        (f"{COLUMN}, nullable=False))", "cannot fill"),
        (f"{COLUMN}, primary_key=True))", "cannot fill"),
        (f"{COLUMN}, nullable=is_nullable))", "cannot fill"),
        ('op.execute("DROP TABLE requests")', "execute"),
        ('op.execute("ALTER TABLE requests RENAME TO demands")', "execute"),
        ("op.execute(statement)", "execute"),
    ],
)  # fmt: skip
def test_unsafe_step_is_seen(step: str, fault: str) -> None:
    (found,) = faults(HEAD + step)
    assert fault in found


@pytest.mark.parametrize(
    "step",
    [
        'op.drop_table("communes", if_exists=True)',
        f"{COLUMN}))",
        f"{COLUMN}, nullable=True))",
        f'{COLUMN}, nullable=False, server_default="0"))',
        'op.create_table("later", sa.Column("id", sa.Integer, nullable=False))',
        'op.create_table("later", sa.Column("id"))\n    op.create_index("one", "later", ["id"], unique=True)',
        'op.create_index("one", "requests", ["note"])',
        "op.execute(\"UPDATE requests SET note = ''\")",
    ],
)
def test_safe_step_is_accepted(step: str) -> None:
    assert list(faults(HEAD + step)) == []


@pytest.mark.parametrize("line", ["", 'compatible_from = "0029"\n'], ids=["silent", "itself"])
def test_step_must_let_the_version_before_live(line: str) -> None:
    head = re.sub(r"compatible_from.*\n", line, HEAD)
    assert list(faults(f"{head}pass")) == ["the version before cannot live with it"]
