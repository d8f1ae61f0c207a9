"""A walk through our own menus that reads every reply: breadth first, in one room and one language.

Before each input the store is put back to what it held there, so that no path of inputs is typed twice. From a state
that was seen before, the walk does not go on.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from authoring.replay.fakes import FaultInjectingSource
from authoring.replay.sandbox import ReplaySandbox
from state.errors import SourceUnavailable
from state.interfaces import Inbound, Outcome, Recipient, Reply, ScreenSize
from state.preferences import Preference
from state.session import Session, deserialize
from state.text.languages import SOURCE
from tests.support.walk_inputs import (
    ANSWERS,
    BRIEF,
    CALLER,
    DOWN,
    EMPTY,
    FIRST_PATHS,
    KEYS,
    LANGUAGE,
    MESSAGES,
    NEW,
    REFUSING,
    WRONG_ANSWER,
    WRONG_NUMBER,
    Path,
)

MAX_REPLIES = 20_000  # of one room and language
LIFE = 3600.0  # seconds that a saved state lasts
NUMBERED = re.compile(r"^(\d{1,2}) ", re.MULTILINE)


class TooManyReplies(Exception):
    """The walk does not end within MAX_REPLIES."""


class State(NamedTuple):
    """Where a path of inputs leads: what it shows, and what the store then holds."""

    path: Path
    reply: Reply
    session: Session
    stored: Mapping[str, bytes]


class ListsOnly(FaultInjectingSource):
    """A source of which only the lists can be had."""

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        if not self.questions[question].rows:
            raise SourceUnavailable("look-ups are down")
        return await super().ask(question, answers)


class WalkedHouse(ReplaySandbox):
    """A house whose store can be put back to an earlier state."""

    def begin(self, state: str, language: str) -> None:
        """Let be what a state stands for."""
        self.preferences.default = Preference("" if state == NEW else language)
        self.post.result = next((answer for answer in REFUSING if answer == state), "kept")
        if state in (DOWN, EMPTY):
            self.languages.reload({SOURCE: "Français"})
            for source in self.faults.values():
                source.fault = state

    def stored(self) -> Mapping[str, bytes]:
        return {key: stored for key, (stored, _) in self._store.entries.items()}

    async def put_back(self, stored: Mapping[str, bytes]) -> None:
        await self._store.close()
        for data in (self.preferences.stored, self.post.sent, self.post.promised):
            data.clear()
        for key, value in stored.items():
            await self._store.compare_and_set(key, b"", value, LIFE)


@dataclass(frozen=True, slots=True)
class Found:
    """What was read in one room and language: the replies as lines of JSON, and the names of the screens."""

    channel: str
    language: str
    lines: list[str] = field(default_factory=list)
    screens: set[str] = field(default_factory=set)


class Walk:
    """One walk through all menus, in one of STATES."""

    def __init__(self, house: WalkedHouse, room: ScreenSize, found: Found, state: str) -> None:
        self._house, self._room, self._found, self._state = house, room, found, state
        self._edition = house.conversation.menus.current
        self._menu = self._edition.menu(found.language)
        self._language = "" if state == NEW else found.language
        looked_up = ((one.name.partition(".")[0], one.question) for one in self._menu.screens.values())
        guarded = ((journey, asked) for journey, asked in looked_up if asked and asked.guarded)
        self._references = {journey: question.reference for journey, question in guarded}
        self._visited: set[tuple[str, ...]] = set()

    async def run(self) -> None:
        waiting: deque[State] = deque()
        for path in self._first_paths():
            stored: Mapping[str, bytes] = {}
            for end in range(1, len(path) + 1):
                reached = await self._read(path[:end], stored)
                stored = reached.stored
            waiting.append(reached)
        while waiting:
            state = waiting.popleft()
            for typed in self._inputs(state) if self._is_new(state) else ():
                reached = await self._read((*state.path, typed), state.stored)
                if typed not in (WRONG_NUMBER, WRONG_ANSWER):  # the same screen, under a notice
                    waiting.append(reached)

    def _first_paths(self) -> Iterable[Path]:
        if self._state == NEW and self._room.kind != "ussd":
            return [("",), *((word,) for word in self._words())]
        return FIRST_PATHS.get(self._state, (("",),))

    def _words(self) -> tuple[str, ...]:
        journeys = self._edition.journeys.files.values()
        return (*(word for one in journeys for word in (one.name, *one.words)), *MESSAGES)

    def _is_new(self, state: State) -> bool:
        """Whether to type on here: in the walk's language, in a state that was not seen before."""
        session, reply = state.session, state.reply
        brief = self._state in BRIEF and len(state.path) > 2
        if reply.ends_session or brief or session.language.chosen != self._language:
            return False
        key = (session.screen, str(reply.page), reply.text, self._whose(session))
        is_new = key not in self._visited
        self._visited.add(key)
        return is_new

    def _whose(self, session: Session) -> str:
        """Whose file it is once that was asked for; later screens of the same journey need not show it."""
        name = self._references.get(session.screen.partition(".")[0], "")
        free_input = self._menu.screens[session.screen].free_input
        return "" if free_input and free_input.keep == name else session.answers.get(name, "")

    def _inputs(self, state: State) -> Iterator[str]:
        """Each input that is tried in this state, once."""
        free_input = self._menu.screens[state.session.screen].free_input
        inputs = [*NUMBERED.findall(state.reply.text), *KEYS]
        inputs += (*ANSWERS[free_input.keep], WRONG_ANSWER, LANGUAGE) if free_input else (WRONG_NUMBER,)
        if state.session.screen == self._menu.first:
            inputs += (LANGUAGE,) if self._room.kind == "ussd" else self._words()
        yield from dict.fromkeys(inputs)

    async def _read(self, path: Path, stored: Mapping[str, bytes]) -> State:
        """Type the last input of a path where the others led, and note all that can then be read."""
        await self._house.put_back(stored)
        talk = self._house.conversation
        if self._room.kind == "ussd":
            inbound = Inbound("digest", CALLER, "call", "*".join(path).removeprefix("*"), inputs_are_cumulative=True)
            reply: Reply | None = await talk.handle(inbound, self._room)
        else:
            to = Recipient("sms" if self._room.kind == "sms" else self._found.channel, CALLER)
            inbound = Inbound(
                "digest", CALLER, "", path[-1], inputs_are_cumulative=False, message=f"m{len(path)}", reply_to=to
            )
            reply = await talk.handle_message(inbound, self._room, LIFE)
        assert reply, "a new message is answered"
        after = self._house.stored()
        self._found.screens.add(reply.screen)
        self._found.lines.append(await self._line(path, reply))
        if len(self._found.lines) > MAX_REPLIES:
            raise TooManyReplies(f"{self._found.channel} {self._found.language}: more than {MAX_REPLIES} replies")
        session = next(filter(None, (deserialize(value) for key, value in after.items() if key.startswith("session:"))))
        return State(path, reply, session, after)

    async def _line(self, path: Path, reply: Reply) -> str:
        post, card = self._house.post, reply.card
        sent = [words for _, words in post.sent.values()]
        sent += [
            (await self._house.conversation.deferred_lookups.answer(promise)).words
            for promise in post.promised.values()
        ]
        buttons = [(sends.partition(".")[2], label) for sends, label in card.buttons] if card else []
        where = {"channel": self._found.channel, "language": self._found.language, "state": self._state, "path": path}
        read = {"text": reply.text, "closes": reply.ends_session, "messages": sent, "say": card.say if card else ""}
        return json.dumps({**where, **read, "buttons": buttons}, ensure_ascii=False)
