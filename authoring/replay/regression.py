"""Finds the recorded calls that differ between two versions of the menus."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from authoring.replay.sandbox import SampleMenus, copy_sample, make_sample, open_sample_menus, sandbox_settings
from authoring.replay.transcript_player import TranscriptBroken, read_transcript, replay
from logs.suppression import suppress_logs
from settings import Settings
from state.transcript import written


@dataclass(frozen=True, slots=True)
class ReplayDifference:
    """A transcript, named as its file, as it runs on both menus; problem says why it cannot be replayed."""

    name: str
    title: str
    before: str = ""
    after: str = ""
    problem: str = ""


async def find_replay_differences(
    journeys: Path, before: Path, after: Path, settings: Settings
) -> list[ReplayDifference]:
    """Return the transcripts of a folder that differ between two menu folders, and those that cannot be replayed.

    Both menus run on the same sample data, in a temporary database, in a thread with its own event loop, so that no hop
    waits. Raises InvalidMenu if one of the menus is invalid.
    """

    def played() -> list[ReplayDifference]:
        return asyncio.run(_differing(sorted(journeys.glob("*.txt")), before, after, settings))

    with suppress_logs():
        return await asyncio.to_thread(played)


async def _differing(journeys: list[Path], before: Path, after: Path, settings: Settings) -> list[ReplayDifference]:
    with TemporaryDirectory(prefix="zin-") as folder:
        first, second = (
            sandbox_settings(settings, before, Path(folder) / "before"),
            sandbox_settings(settings, after, Path(folder) / "after"),
        )
        await make_sample(first)
        await copy_sample(first, second)
        async with open_sample_menus(first) as was, open_sample_menus(second) as now:
            compared = [await _compared(path, was, now) for path in journeys]
    return [one for one in compared if one]


async def _compared(path: Path, was: SampleMenus, now: SampleMenus) -> ReplayDifference | None:
    title = ""
    try:
        title, turns = read_transcript(path)
        before, after = [written(title, await replay(side, turns)) for side in (was, now)]
    except TranscriptBroken as broken:
        return ReplayDifference(path.stem, title, problem=str(broken))
    return ReplayDifference(path.stem, title, before, after) if before != after else None
