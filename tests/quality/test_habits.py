"""The habits of the project: hooks like `make check`, subjects of commits, and what the documents must mention."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
VERSION: str = PROJECT["project"]["version"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/releasing.md"]


def hooks(stage: str) -> list[dict[str, Any]]:
    """The hooks that run in a stage, in their order."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    every = [hook for repo in config["repos"] for hook in repo["hooks"]]
    return [hook for hook in every if stage in hook.get("stages", config["default_stages"])]


def recipe(target: str) -> list[str]:
    """The commands of a target of the Makefile, as a shell sees them."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    block = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", text, flags=re.MULTILINE)
    assert block, f"the Makefile has no target {target}"
    return [line.strip().removeprefix("@").replace("$(BIN)", ".venv/bin") for line in block[1].splitlines()]


def test_commit_hooks_run_make_check() -> None:
    assert [hook["entry"] for hook in hooks("pre-commit")] == recipe("check")


def test_hooks_check_the_whole_tree() -> None:
    found = hooks("pre-commit")
    assert found
    for hook in found:
        assert (hook["language"], hook["pass_filenames"], hook["always_run"]) == ("system", False, True), hook["id"]


SUBJECTS = [
    ("cli: print the version that is installed", True),
    ("docs: " + "a" * 54, True),
    ("state/menu: read a menu once", True),
    ('Revert "cli: print the version that is installed"', True),
    ("docs: " + "a" * 55, False),
    ("Print the version", False),
    ("print the version", False),
    ("cli: Print the version", False),
    ("cli: print the version.", False),
    ("cli:print the version", False),
    ("", False),
]


@pytest.mark.parametrize(("subject", "accepted"), SUBJECTS)
def test_commit_subject_names_an_area_and_is_short(subject: str, accepted: bool, tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_text(f"{subject}\n\nThe body says why.\n", encoding="utf-8")
    (hook,) = hooks("commit-msg")
    run = subprocess.run(
        [*shlex.split(hook["entry"]), str(message)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (run.returncode == 0) is accepted, run.stderr
    assert accepted or "at most 60" in run.stderr


def test_version_follows_semantic_versioning() -> None:
    assert re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[0-9A-Za-z.-]+)?", VERSION)


def test_changelog_begins_with_unreleased_then_this_version() -> None:
    headings = re.findall(r"^## (.+)$", CHANGELOG, flags=re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    releases = headings[1:]
    assert [one for one in releases if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", one)] == []
    assert not releases or releases[0].startswith(f"[{VERSION}] - ")


@pytest.mark.parametrize("needed", ["make run", "make test", "make bench", "docs/images/simulateur.png", "SECURITY.md",
                                    "docs/releasing.md", "CONTRIBUTING.md", "CHANGELOG.md"])  # fmt: skip
def test_readme_mentions(needed: str) -> None:
    assert needed in README


def test_readme_figures_were_measured() -> None:
    calls = {
        "screens that ask no source": "screens",
        "all menus, with SQLite look-ups": "journeys",
        "exam results": "results",
        "exam results, first-time callers": "first-results",
    }
    measured = (ROOT / "bench" / "results.md").read_text(encoding="utf-8").splitlines()
    rows = re.findall(r"^\| (.+) \| (\d+) \| (.+) ms \| (.+) times \|$", README, flags=re.MULTILINE)
    assert [row[0] for row in rows] == list(calls)
    (day,) = re.findall(r"of\s(\d{4}-\d\d-\d\d)\s\(commit", README)
    for name, per_second, milliseconds, ratio in rows:
        begins, ends = f"| {day} ", f"| {ratio} |"
        middle = (f"| 32 | {calls[name]} | full | {per_second} |", f"| {milliseconds} |")
        found = [line for line in measured if line.startswith(begins) and line.endswith(ends)]
        assert any(all(part in line for part in middle) for line in found), name


def test_readme_lists_every_package_once() -> None:
    code = README.partition("## How the code is laid out")[2].partition("```\n")[2].partition("```")[0]
    listed = re.findall(r"^(\w+)(?:/|\.py) ", code, flags=re.MULTILINE)
    settings = PROJECT["tool"]["setuptools"]
    ours = [*settings["py-modules"], *(name for name in settings["packages"]["find"]["include"] if "." not in name)]
    assert sorted(listed) == sorted({*ours, "menus", "locales", "deploy", "bench", "tests", "docs"})
    assert [name for name in listed if not (ROOT / name).is_dir() and not (ROOT / f"{name}.py").is_file()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_of_documents_lead_to_files(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_documents_name_existing_paths(document: str) -> None:
    text = re.sub(r"^```.*?^```", "", (ROOT / document).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`([a-z]+/[\w./-]*|[\w.-]+\.(?:toml|lock))`", text)
    made_by_a_start = {"var/"}
    assert [path for path in named if not (ROOT / path).exists() and path not in made_by_a_start] == []
