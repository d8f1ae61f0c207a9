"""The limits of hops: how many at once, how long each, and an apology for a hop that fails or is late."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, Literal, TypeVar

import structlog

from channels.contracts.metrics import WebhookMetrics
from state.deadline import Deadline, DeadlineExceeded
from state.errors import StoreUnavailable
from state.interfaces import Reply

How = Literal["answered", "sorry"]
ANSWERED: Final[How] = "answered"
SORRY: Final[How] = "sorry"
R = TypeVar("R")
log = structlog.get_logger()


class HopGate:
    """The limits and metrics of one channel's hops. The metrics' labels are bound once."""

    def __init__(self, name: str, hop_seconds: float, most: int, metrics: WebhookMetrics) -> None:
        self._name, self._deadline, self._most, self._inside = name, Deadline(hop_seconds), most, 0
        self._counted = {how: metrics.hops.labels(name, how) for how in (ANSWERED, SORRY)}
        self._crowded = metrics.turned_away.labels(name, "crowded")

    @property
    def is_busy(self) -> bool:
        """Whether the limit for new calls is reached."""
        return self._inside >= self._most

    async def is_overloaded(self, goes_on: Callable[[], Coroutine[Any, Any, bool]], waited: float = 0.0) -> bool:
        """Whether to refuse one more hop while busy. The limit for a call in progress is twice that for a new one.

        Only the store knows whether a call is in progress: a dial-through has a text in its first hop, and a later hop
        may have an empty input. The store is asked only here, not on a usual hop, within a hop's deadline. If it fails,
        the call counts as new. waited: as in `answer`.
        """
        if self._inside >= 2 * self._most:
            return True
        self._inside += 1  # this look-up counts too
        try:
            is_let_in = await self._deadline.within(goes_on(), waited)
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

    async def answer(
        self,
        answering: Coroutine[Any, Any, R],
        sorry: Callable[[], R],
        raises: tuple[type[Exception], ...] = (),
        waited: float = 0.0,
    ) -> tuple[R, How]:
        """Wait for the answer; if it fails or is late, use the apology. Returns the reply and which of them it is.

        Errors of the kinds in `raises` are raised: the message can be answered later. waited are the seconds since the
        hop arrived; they count for the deadline and in the metrics.
        """
        started, how = time.perf_counter(), SORRY
        self._inside += 1
        try:
            reply, how = await self._deadline.within(answering, waited), ANSWERED
        except raises:
            raise
        except (DeadlineExceeded, StoreUnavailable) as down:
            log.error("hop without an answer", channel=self._name, why=str(down))
            reply = sorry()
        except Exception:  # our own fault: the citizen gets the apology, the log the traceback
            log.exception("hop failed", channel=self._name)
            reply = sorry()
        finally:
            self._inside -= 1
        self._counted[how].observe(waited + time.perf_counter() - started)
        return reply, how
