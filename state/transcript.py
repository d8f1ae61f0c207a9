"""A call as a text that operators read: what the citizen does, and what the phone shows.

    # Un titre, puis une ligne vide.

    > (appel)
    Services publics du Bénin
    1 Services et démarches
    > 1
    ...
    -- fin de l'appel

« > (appel) 3*1 » dials further inputs with the code. « > » alone sends nothing. A line with « ! » is an event for the
citizen or for Zin (listed in authoring/replay/transcript_player.py). All other lines are what the phone shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from state.interfaces import Reply

DIALS = "(appel)"
OVER = "-- fin de l'appel"


@dataclass(frozen=True, slots=True)
class Turn:
    """One input or event, and what the phone shows then; happens is true for « ! », false for « > »."""

    does: str
    shows: str = ""
    happens: bool = False

    def __str__(self) -> str:
        return f"{'!' if self.happens else '>'} {self.does}".rstrip() + (f"\n{self.shows}" if self.shows else "")


def shown(reply: Reply) -> str:
    """Return a reply as a transcript shows it."""
    return f"{reply.text}\n{OVER}" if reply.ends_session else reply.text


def written(title: str, turns: Iterable[Turn]) -> str:
    """Return the text of a transcript file."""
    return f"# {title}\n\n" + "\n".join(map(str, turns)) + "\n"


def read(transcript: str) -> tuple[str, list[Turn]]:
    """Return the title and the turns of a transcript file."""
    head, _, body = transcript.partition("\n\n")
    turns: list[Turn] = []
    for line in body.removesuffix("\n").split("\n"):
        if line[:1] in (">", "!"):
            turns.append(Turn(line[1:].strip(" "), happens=line[0] == "!"))
        elif turns:
            last = turns[-1]
            turns[-1] = Turn(last.does, f"{last.shows}\n{line}" if last.shows else line, last.happens)
    return head.removeprefix("# "), turns
