"""The webhook of a USSD channel: answers each request of a gateway in time, also after a failure.

Unauthenticated and invalid requests are refused before anything is stored. A hop has settings.hop_seconds; if it takes
longer or fails, the citizen gets a screen that asks to call again, and the HTTP status stays 200.
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
    """The handler of one gateway's requests."""
    gate = HopGate(channel.name, settings.hop_seconds, settings.most_at_once, meters)

    async def enter(request: web.Request) -> web.Response:
        try:
            channel.verify(request)
            inbound = await channel.read(request)
        except Unauthenticated:
            meters.turned_away.labels(channel.name, "stranger").inc()
            return web.Response(status=403, text="forbidden\n")
        except BadRequest as wrong:
            meters.turned_away.labels(channel.name, "bad_request").inc()
            log.info("bad request", channel=channel.name, what=str(wrong))
            return web.Response(status=400, text=f"{wrong}\n")
        except Exception:  # our own fault, not the gateway's
            meters.turned_away.labels(channel.name, "unreadable").inc()
            log.exception("request not read", channel=channel.name)
            return web.Response(status=400, text="unreadable\n")
        if isinstance(inbound, SessionEnd):
            gate.record_session_end(inbound)
            return channel.acknowledge()
        talk = conversation(request)
        if gate.is_busy and await gate.is_overloaded(lambda: talk.has_open_call(inbound)):
            return channel.write(inbound, gate.reject(talk.overloaded_reply(channel.room)))
        reply, _ = await gate.answer(talk.handle(inbound, channel.room), lambda: talk.unavailable_reply(channel.room))
        return channel.write(inbound, reply)

    return enter


class HopGate:
    """The concurrency limit, deadline and metrics of one channel's hops. The metrics' labels are bound once."""

    def __init__(self, name: str, hop_seconds: float, most: int, meters: WebhookMetrics) -> None:
        self._name, self._deadline, self._most, self._inside = name, Deadline(hop_seconds), most, 0
        self._calls = meters.calls
        self._counted = {how: meters.hops.labels(name, how) for how in (ANSWERED, SORRY)}
        self._crowded = meters.turned_away.labels(name, "crowded")

    @property
    def is_busy(self) -> bool:
        """Whether the limit for new calls is reached."""
        return self._inside >= self._most

    async def is_overloaded(self, goes_on: Callable[[], Coroutine[Any, Any, bool]]) -> bool:
        """Whether to refuse one more hop while busy. The limit for a call in progress is twice that for a new one.

        Only the store knows whether a call is in progress: a dial-through has a text in its first hop, and a later hop
        may have an empty input. The store is asked only here, not on a usual hop, within a hop's deadline. If it fails,
        the call counts as new.
        """
        if self._inside >= 2 * self._most:
            return True
        self._inside += 1  # this look-up counts too
        try:
            is_let_in = await self._deadline.within(goes_on())
        except (DeadlineExceeded, StoreUnavailable) as down:
            log.warning("call not looked up", channel=self._name, why=str(down))
            is_let_in = False
        finally:
            self._inside -= 1
        return not is_let_in or self._inside >= 2 * self._most

    def reject(self, reply: Reply) -> Reply:
        """Count a refused call and return the reply."""
        self._crowded.inc()
        return reply

    async def answer(self, answering: Coroutine[Any, Any, R], sorry: Callable[[], R]) -> tuple[R, How]:
        """Wait for the answer; if it fails or is late, use the apology. Returns the reply and which of them it is."""
        started, how = time.perf_counter(), SORRY
        self._inside += 1
        try:
            reply, how = await self._deadline.within(answering), ANSWERED
        except (DeadlineExceeded, StoreUnavailable) as down:
            log.error("hop without an answer", channel=self._name, why=str(down))
            reply = sorry()
        except Exception:  # our own fault: the citizen gets the apology, the log the traceback
            log.exception("hop failed", channel=self._name)
            reply = sorry()
        finally:
            self._inside -= 1
        self._counted[how].observe(time.perf_counter() - started)
        return reply, how

    def record_session_end(self, end: SessionEnd) -> None:
        """Count and log a call's end, without the citizen and the inputs."""
        self._calls.labels(end.channel, end.status).inc()
        log.info("call ended", channel=end.channel, status=end.status, hops=end.hops, seconds=end.seconds)
