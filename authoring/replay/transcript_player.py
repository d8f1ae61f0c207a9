"""A call that was written down, made again in a house.

A line « ! » happens to somebody: « ! 200 secondes plus tard », « ! source exams en panne » (lente, absurde, vide,
rétablie), « ! premier appel » of who has not chosen a language yet, « ! préférences en panne », « ! seul le français
est proposé », « ! ne veut plus de messages » of who wrote STOP.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from authoring.replay.fakes import FAULTS
from authoring.replay.sandbox import ReplaySandbox, SampleMenus
from state.errors import ZinError
from state.preferences import Preference
from state.transcript import DIALS, Turn, read, shown

LATER = re.compile(r"(\d{1,9}) secondes plus tard")
FAULT = re.compile(rf"source (\w+) ({'|'.join(FAULTS)})")


class TranscriptBroken(ZinError):
    """A transcript that cannot be played; whoever wrote it must mend it."""


def read_transcript(path: Path) -> tuple[str, list[Turn]]:
    """The title and turns of this file. Raises TranscriptBroken."""
    try:
        title, turns = read(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TranscriptBroken(f"lecture impossible : {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TranscriptBroken("lecture impossible : enregistrez ce fichier en UTF-8") from error
    if not turns:
        raise TranscriptBroken("aucune ligne ne commence par « > » après le titre et une ligne vide : rien à jouer")
    return title, turns


async def replay(ground: SampleMenus, turns: Iterable[Turn]) -> list[Turn]:
    """The same call in a house of its own. Raises TranscriptBroken."""
    async with ground.sandbox() as house:
        return await replay_in(house, turns)


async def replay_in(house: ReplaySandbox, turns: Iterable[Turn]) -> list[Turn]:
    """The same call with what the phone shows in this house. Raises TranscriptBroken."""
    line, seen = house.phone(), []
    for turn in turns:
        if turn.happens:
            apply_event(house, turn.does)
            seen.append(Turn(turn.does, happens=True))
            continue
        dials = turn.does.startswith(DIALS)
        house.post.sent.clear()
        reply = await (line.dial(turn.does.removeprefix(DIALS).strip()) if dials else line.type(turn.does))
        seen.append(Turn(turn.does, "\n".join((shown(reply), *_messages(house)))))
    return seen


def apply_event(house: ReplaySandbox, what: str) -> None:
    """Let this happen, written as after a « ! ». Raises TranscriptBroken when nobody knows how."""
    if later := LATER.fullmatch(what):
        house.clock.now += int(later[1])
    elif (fault := FAULT.fullmatch(what)) and fault[1] in house.faults:
        house.faults[fault[1]].fault = fault[2]
    elif what == "premier appel":
        house.preferences.default = Preference()
    elif what == "ne veut plus de messages":
        house.post.result = "stopped"
    elif what == "seul le français est proposé":
        house.languages.reload({"fr": "Français"})
    elif what == "préférences en panne":
        house.preferences.down = True
    else:
        raise TranscriptBroken(f"on ne sait pas comment arrive « {what} »")


def _messages(house: ReplaySandbox) -> Iterator[str]:
    """What left besides, as a transcript has it."""
    for _, words in house.post.sent.values():
        yield f"-- message :\n{words}"
