"""The peer is fetched once, left out where that is impossible, and compared by medians."""

from __future__ import annotations

import itertools
import json
from array import array
from pathlib import Path

import pytest

from bench import report
from bench.calls import SHORT
from bench.load import Load, Seen
from bench.peer import __main__ as bench_peer
from bench.peer.comparison import COLUMNS, Comparison, keep, ratio
from bench.peer.node_packages import PACKAGES, PeerMissing, cache_folder, fetch_packages, find_node
from bench.targets import Target

NPM = """#!/bin/sh
echo called >> calls
for word in "$@"; do case $word in
  [a-z]*@*)
    folder=node_modules/${word%@*}
    mkdir -p "$folder"
    echo "{\\"version\\": \\"${word#*@}\\"}" > "$folder/package.json";;
esac; done
"""


def as_npm(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let this shell script be the only npm."""
    folder.mkdir()
    (folder / "npm").write_text(script)
    (folder / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_packages_are_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_npm(tmp_path / "bin", monkeypatch, NPM)
    for _ in range(2):
        assert fetch_packages(tmp_path / "cache") == tmp_path / "cache" / "node_modules"
    assert (tmp_path / "cache" / "calls").read_text() == "called\n"


def test_other_version_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_npm(tmp_path / "bin", monkeypatch, NPM)
    described = fetch_packages(tmp_path / "cache") / "express" / "package.json"
    described.write_text('{"version": "5.0.0"}')
    fetch_packages(tmp_path / "cache")
    assert json.loads(described.read_text())["version"] == PACKAGES["express"]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("#!/bin/sh\necho 'network unreachable' >&2\nexit 1\n", "cannot fetch the packages: network unreachable"),
        ("#!/bin/sh\nexit 0\n", "cannot fetch the packages: no reason given"),
    ],
)
def test_failed_fetch_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str) -> None:
    as_npm(tmp_path / "bin", monkeypatch, script)
    with pytest.raises(PeerMissing, match=why):
        fetch_packages(tmp_path / "cache")


def test_missing_node_and_npm_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PeerMissing, match="Node is not installed"):
        find_node()
    with pytest.raises(PeerMissing, match="npm is not installed"):
        fetch_packages(tmp_path / "cache")


def test_peer_is_left_out_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["bench.peer"])
    bench_peer.main()
    assert capsys.readouterr().out == "The peer is left out: Node is not installed.\n"


def test_packages_are_outside_the_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder().is_relative_to(tmp_path)


def measured(name: str, hops: int, cpu: float) -> Target:
    """A round of one second."""
    seen = Seen(array("d", [0.001] * hops), seconds=1.0)
    return Target(name, "/", Load(SHORT, itertools.count()), 1, 1, seen=seen, cpu=cpu)


def test_ratio_is_that_of_the_medians(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.md")
    zin, peer = measured("zin", 1, 1.0), measured("peer", 1, 1.0)
    rounds = [
        (measured("zin", ours, 0.5), measured("peer", theirs, 0.5))
        for ours, theirs in ((200, 100), (900, 90), (300, 400))
    ]
    compared = Comparison("returning", 32, (zin, peer), rounds)
    assert ratio(compared) == "3.00"
    keep([compared], "v20")
    *_, row = (tmp_path / "results.md").read_text().splitlines()
    cells = row.strip("| ").split(" | ")
    assert len(cells) == len(COLUMNS)
    assert cells[3:] == [
        "32",
        "returning",
        "300",
        "100",
        "3.00",
        "1.0",
        "1.0",
        "1.0",
        "1.0",
        "1666.7",
        "5000.0",
        "-",
        "-",
    ]
