"""Instructions are counted where perf can, and left out elsewhere with the reason."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bench.instructions import counted, read_count, why_not_counted
from tests.support.patience import PATIENCE

# In Python, because a shell cannot trap a signal that its parent ignores, as that of a background job does.
COUNTS = f"""#!{sys.executable}
import pathlib, signal, sys
if "-p" in sys.argv:
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    pathlib.Path(__file__).with_name("ready").touch()
    signal.sigwait([signal.SIGINT])
print("12345,,instructions:u,100,100.00,,", file=sys.stderr)
"""
CANNOT = "#!/bin/sh\necho '<not supported>,,instructions:u,0,100.00,,' >&2\n"


def as_perf(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let this shell script be the only perf."""
    (folder / "perf").write_text(script)
    (folder / "perf").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("printed", "count"),
    [
        ("12345,,instructions:u,100,100.00,,\n", 12345),
        ("some warning\n7,,instructions:u,100,100.00,,\n", 7),
        ("<not supported>,,instructions:u,0,100.00,,\n", None),
        ("<not counted>,,instructions:u,0,0.00,,\n", None),
        ("", None),
    ],
)
def test_count_is_read_from_perf(printed: str, count: int | None) -> None:
    assert read_count(printed) == count


async def test_instructions_of_a_process_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_perf(tmp_path, monkeypatch, COUNTS)
    assert why_not_counted() == ""
    async with counted(os.getpid(), possible=True) as count, asyncio.timeout(PATIENCE):
        assert count.instructions is None
        while not (tmp_path / "ready").exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.01)
    assert count.instructions == 12345


def test_machine_without_a_counter_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_perf(tmp_path, monkeypatch, CANNOT)
    assert why_not_counted() == "perf cannot count instructions:u here"


def test_missing_perf_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert why_not_counted() == "perf is not installed"


async def test_nothing_is_counted_where_it_is_impossible() -> None:
    async with counted(os.getpid(), possible=False) as count:
        pass
    assert count.instructions is None
