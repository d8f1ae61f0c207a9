"""Which of the calls that were written down go another way on other menus."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from authoring.replay.sandbox import Ground, apart, copy_sample, ground, make_sample
from authoring.replay.transcript_player import TranscriptBroken, called, transcript
from logs.suppression import quiet
from settings import Settings
from state.transcript import written


@dataclass(frozen=True, slots=True)
class Differing:
    """A transcript, named as its file, as it goes on both menus; problem says instead why it cannot be played."""

    name: str
    title: str
    before: str = ""
    after: str = ""
    problem: str = ""


async def differing(journeys: Path, before: Path, after: Path, settings: Settings) -> list[Differing]:
    """The transcripts of a folder that differ between two folders of menus, and those that cannot be played.

    Both menus are played on the same sample data, in a temporary database; all of it in a thread and a loop of their
    own, so that nobody's hop waits for it. Raises MenuBroken when there is something to mend in one of the menus.
    """

    def played() -> list[Differing]:
        return asyncio.run(_differing(sorted(journeys.glob("*.txt")), before, after, settings))

    with quiet():
        return await asyncio.to_thread(played)


async def _differing(journeys: list[Path], before: Path, after: Path, settings: Settings) -> list[Differing]:
    with TemporaryDirectory(prefix="zin-") as folder:
        first, second = apart(settings, before, Path(folder) / "before"), apart(settings, after, Path(folder) / "after")
        await make_sample(first)
        await copy_sample(first, second)
        async with ground(first) as was, ground(second) as now:
            compared = [await _compared(path, was, now) for path in journeys]
    return [one for one in compared if one]


async def _compared(path: Path, was: Ground, now: Ground) -> Differing | None:
    title = ""
    try:
        title, turns = transcript(path)
        before, after = [written(title, await called(side, turns)) for side in (was, now)]
    except TranscriptBroken as broken:
        return Differing(path.stem, title, problem=str(broken))
    return Differing(path.stem, title, before, after) if before != after else None
