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

from channels.contracts.channel import Channel
from channels.contracts.metrics import LIVE_METRICS, WebhookMetrics
from settings import Settings
from state.conversation.conversation import Conversation
from state.deadline import Deadline, DeadlineExceeded
from state.errors import BadRequest, StoreUnavailable, Unauthenticated
from state.interfaces import Reply, SessionEnd

How = Literal["answered", "sorry"]
ANSWERED: Final[How] = "answered"
SORRY: Final[How] = "sorry"
R = TypeVar("R")
log = structlog.get_logger()
Handler = Callable[[web.Request], Awaitable[web.Response]]


def ussd_webhook(
    channel: Channel,
    conversation: Callable[[web.Request], Conversation],
    settings: Settings,
    meters: WebhookMetrics = LIVE_METRICS,
) -> Handler:
    """What answers the requests of one gateway."""
    hall = HopGate(channel.name, settings.hop_seconds, settings.most_at_once, meters)

    async def enter(request: web.Request) -> web.Response:
        try:
            channel.verify(request)
            said = await channel.read(request)
        except Unauthenticated:
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
            hall.record_session_end(said)
            return channel.acknowledge()
        talk = conversation(request)
        if hall.is_busy and await hall.is_overloaded(lambda: talk.has_open_call(said)):
            return channel.write(said, hall.reject(talk.overloaded_reply(channel.room)))
        reply, _ = await hall.answer(talk.handle(said, channel.room), lambda: talk.unavailable_reply(channel.room))
        return channel.write(said, reply)

    return enter


class HopGate:
    """One channel's answers and what is counted of them; the counters are bound once, off the path of a hop."""

    def __init__(self, name: str, hop_seconds: float, most: int, meters: WebhookMetrics) -> None:
        self._name, self._deadline, self._most, self._inside = name, Deadline(hop_seconds), most, 0
        self._calls = meters.calls
        self._counted = {how: meters.hops.labels(name, how) for how in (ANSWERED, SORRY)}
        self._crowded = meters.turned_away.labels(name, "crowded")

    @property
    def is_busy(self) -> bool:
        """Whether a call that begins would have to wait for too long."""
        return self._inside >= self._most

    async def is_overloaded(self, goes_on: Callable[[], Coroutine[Any, Any, bool]]) -> bool:
        """Whether there is no room for one more in a busy hall, where a call that goes on is let in for longer.

        Only the store knows which call that is: one dialled with inputs behind the code has a text from its first hop
        on, and an empty input may come in the middle of another. It is asked here and not on the usual hop, within a
        hop's time; when it cannot say, the call counts as one that begins.
        """
        if self._inside >= 2 * self._most:
            return True
        self._inside += 1  # who is being looked up takes up room too
        try:
            is_let_in = await self._deadline.within(goes_on())
        except (DeadlineExceeded, StoreUnavailable) as down:
            log.warning("call not looked up", channel=self._name, why=str(down))
            is_let_in = False
        finally:
            self._inside -= 1
        return not is_let_in or self._inside >= 2 * self._most

    def reject(self, reply: Reply) -> Reply:
        """Count somebody who is asked to come back."""
        self._crowded.inc()
        return reply

    async def answer(self, answering: Coroutine[Any, Any, R], sorry: Callable[[], R]) -> tuple[R, How]:
        """The answer, or words in its place when it cannot be had in time, and which of them it is."""
        started, how = time.perf_counter(), SORRY
        self._inside += 1
        try:
            reply, how = await self._deadline.within(answering), ANSWERED
        except (DeadlineExceeded, StoreUnavailable) as down:
            log.error("hop without an answer", channel=self._name, why=str(down))
            reply = sorry()
        except Exception:  # a fault of ours: the citizen gets words, the log the whole of it
            log.exception("hop failed", channel=self._name)
            reply = sorry()
        finally:
            self._inside -= 1
        self._counted[how].observe(time.perf_counter() - started)
        return reply, how

    def record_session_end(self, end: SessionEnd) -> None:
        """Count a call's end; the log says how it went, and nothing of who called or what was said."""
        self._calls.labels(end.channel, end.status).inc()
        log.info("call ended", channel=end.channel, status=end.status, hops=end.hops, seconds=end.seconds)
