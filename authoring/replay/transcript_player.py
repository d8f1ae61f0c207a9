"""Replays a recorded call in a sandbox.

A line « ! » is an event: « ! 200 secondes plus tard », « ! source exams en panne » (lente, absurde, vide, rétablie),
« ! parcours careers sans données », « ! premier appel » for a caller without a language, « ! préférences en panne »,
« ! seul le français est proposé », « ! ne veut plus de messages » for a citizen who wrote STOP.
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
EMPTY = re.compile(r"parcours (\w+) sans données")


class TranscriptBroken(ZinError):
    """A transcript cannot be replayed; its author must correct it."""


def read_transcript(path: Path) -> tuple[str, list[Turn]]:
    """Return the title and turns of a file. Raises TranscriptBroken."""
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
    """Replay a call in a new sandbox. Raises TranscriptBroken."""
    async with ground.sandbox() as house:
        return await replay_in(house, turns)


async def replay_in(house: ReplaySandbox, turns: Iterable[Turn]) -> list[Turn]:
    """Replay a call in this sandbox and return what the phone shows. Raises TranscriptBroken."""
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
    """Apply an event, written as after « ! ». Raises TranscriptBroken if it is unknown."""
    if later := LATER.fullmatch(what):
        house.clock.now += int(later[1])
    elif (fault := FAULT.fullmatch(what)) and fault[1] in house.faults:
        house.faults[fault[1]].fault = fault[2]
    elif empty := EMPTY.fullmatch(what):
        _close(house, empty[1])
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


def _close(house: ReplaySandbox, journey: str) -> None:
    """Close a journey as if its look-ups had nothing to find."""
    menus = house.conversation.menus
    screens = menus.current.menu("").screens.values()
    asked = (one.question for one in screens if one.name.startswith(f"{journey}.") and not one.rows)
    menus.close(frozenset(question.name for question in asked if question))


def _messages(house: ReplaySandbox) -> Iterator[str]:
    """Yield the messages that were sent, in the format of a transcript."""
    for _, words in house.post.sent.values():
        yield f"-- message :\n{words}"
