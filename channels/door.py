"""The door of a channel: a gateway's request comes in, the citizen's answer goes out in time, whatever happens behind.

Strangers and impossible requests are turned away before anything is stored. Behind the door a hop has
settings.hop_seconds; a citizen whose hop takes longer, or fails, is asked to call again, in words and not in a status.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, Literal, TypeVar

import structlog
from aiohttp import web

from channels.contract import Channel
from channels.meters import METERED, Meters
from settings import Settings
from state.deadline import Deadline, TooLate
from state.errors import BadRequest, StoreUnavailable, Stranger
from state.hop import Conversation
from state.messages import Reply, SessionEnd

How = Literal["answered", "sorry"]
ANSWERED: Final[How] = "answered"
SORRY: Final[How] = "sorry"
R = TypeVar("R")
log = structlog.get_logger()
Enter = Callable[[web.Request], Awaitable[web.Response]]


def door(
    channel: Channel, conversation: Callable[[web.Request], Conversation], settings: Settings, meters: Meters = METERED
) -> Enter:
    """What answers the requests of one gateway."""
    hall = Hall(channel.name, settings.hop_seconds, settings.most_at_once, meters)

    async def enter(request: web.Request) -> web.Response:
        try:
            channel.verify(request)
            said = await channel.read(request)
        except Stranger:
            meters.turned_away.labels(channel.name, "stranger").inc()
            return web.Response(status=403, text="forbidden\n")
        except BadRequest as wrong:
            meters.turned_away.labels(channel.name, "bad_request").inc()
            log.info("bad request", channel=channel.name, what=str(wrong))
            return web.Response(status=400, text=f"{wrong}\n")
        except Exception:  # a fault of ours, and none of the gateway's
            meters.turned_away.labels(channel.name, "unreadable").inc()
            log.exception("request not read", channel=channel.name)
            return web.Response(status=400, text="unreadable\n")
        if isinstance(said, SessionEnd):
            hall.note(said)
            return channel.acknowledge()
        talk = conversation(request)
        if hall.is_full(begins=not said.text):
            return channel.write(said, hall.turn_away(talk.crowded(channel.room)))
        reply, _ = await hall.answer(talk.answer(said, channel.room), lambda: talk.sorry(channel.room))
        return channel.write(said, reply)

    return enter


class Hall:
    """One channel's answers and what is counted of them; the counters are bound once, off the path of a hop."""

    def __init__(self, name: str, hop_seconds: float, most: int, meters: Meters) -> None:
        self._name, self._deadline, self._most, self._inside = name, Deadline(hop_seconds), most, 0
        self._calls = meters.calls
        self._counted = {how: meters.hops.labels(name, how) for how in (ANSWERED, SORRY)}
        self._crowded = meters.turned_away.labels(name, "crowded")

    def is_full(self, *, begins: bool) -> bool:
        """Whether one more would have to wait for too long; who is in the middle of a call is let in for longer."""
        return self._inside >= (self._most if begins else 2 * self._most)

    def turn_away(self, reply: Reply) -> Reply:
        """Count somebody who is asked to come back."""
        self._crowded.inc()
        return reply

    async def answer(self, answering: Coroutine[Any, Any, R], sorry: Callable[[], R]) -> tuple[R, How]:
        """The answer, or words in its place when it cannot be had in time, and which of them it is."""
        started, how = time.perf_counter(), SORRY
        self._inside += 1
        try:
            reply, how = await self._deadline.within(answering), ANSWERED
        except (TooLate, StoreUnavailable) as down:
            log.error("hop without an answer", channel=self._name, why=str(down))
            reply = sorry()
        except Exception:  # a fault of ours: the citizen gets words, the log the whole of it
            log.exception("hop failed", channel=self._name)
            reply = sorry()
        finally:
            self._inside -= 1
        self._counted[how].observe(time.perf_counter() - started)
        return reply, how

    def note(self, end: SessionEnd) -> None:
        """Count a call's end; the log says how it went, and nothing of who called or what was said."""
        self._calls.labels(end.channel, end.status).inc()
        log.info("call ended", channel=end.channel, status=end.status, hops=end.hops, seconds=end.seconds)
