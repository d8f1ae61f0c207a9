"""Takes the messages, reports and opt-outs of one channel, whatever carries them: HTTP, or an SMPP bind.

Several events may come at once. Messages of one citizen are answered in their order, those of several citizens at the
same time. If an answer takes longer than the gateway's timeout, the message is stored in SQL (deferred), the gateway
learns that it was taken, and processing continues in the background; a worker answers it if this process dies.
channels/webhooks/message_answers.py says what a message becomes while Valkey or SQL does not answer. An event that no
column can hold is dropped and counted.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import structlog

from channels.contracts.message_channel import ChannelEvent, DeliveryReport, MessageRules, OptOut, UnknownReport
from channels.contracts.metrics import LIVE_METRICS, WebhookMetrics
from channels.webhooks.message_answers import MessageAnswers
from channels.webhooks.messaging_services import MessagingServices
from settings import Settings
from state.cancellation import end_task
from state.errors import Unstorable
from state.identity import Pseudonyms
from state.interfaces import Inbound, Reply

STATUS: Final = re.compile(r"[A-Za-z_ ]{1,40}")  # that may be logged
log = structlog.get_logger()


class MessageReception:
    """The reception of one channel in one process."""

    def __init__(
        self,
        channel: MessageRules,
        settings: Settings,
        clock: Callable[[], float] = time.time,
        metrics: WebhookMetrics = LIVE_METRICS,
    ) -> None:
        self.rules, self._metrics = channel, metrics
        self.answers = MessageAnswers(channel, settings, metrics, clock)
        self._names = Pseudonyms(settings.secrets.pepper)
        self._late: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Cancel the answers in progress: they are deferred in SQL, and another process sends them."""
        await asyncio.gather(*map(end_task, self._late))

    async def take(
        self, events: Sequence[ChannelEvent], services: MessagingServices
    ) -> tuple[Inbound | None, Reply | None]:
        """Take what came. Returns the last message, and the reply that a response carries.

        Raises StoreUnavailable and SourceUnavailable if the gateway must send it again.
        """
        by_citizen: dict[str, list[Inbound]] = defaultdict(list)
        last: Inbound | None = None
        for one in events:
            match one:
                case Inbound():
                    by_citizen[one.citizen].append(one)
                    last = one
                case DeliveryReport() | OptOut():
                    with self._dropping():
                        await self._store_deferred(one, services)
                case UnknownReport():
                    self._count_unknown(one)
        carried = await self._answer_all(list(by_citizen.values()), services)
        return last, carried

    async def _answer_all(self, talks: list[list[Inbound]], services: MessagingServices) -> Reply | None:
        """Answer the messages of each citizen before the gateway's timeout, and defer the rest.

        Returns the last reply that the response carries.
        """
        if not talks:
            return None
        carried: list[Reply] = []
        tasks = {asyncio.create_task(self._talk(talk, services, carried)): talk for talk in talks}
        done, late = await self._in_time(set(tasks))
        failed = [error for task in done if (error := task.exception())]  # read before anything else can fail
        for inbound in (inbound for task, talk in tasks.items() if task in late for inbound in talk):
            with self._dropping():
                await services.promises.add(self.answers.deferred(inbound))
        if failed:
            raise failed[0]
        return carried[-1] if carried else None

    async def _in_time(self, tasks: set[asyncio.Task[None]]) -> tuple[set[asyncio.Task[None]], set[asyncio.Task[None]]]:
        """Wait for these answers until the gateway's timeout. Returns those that are done, and those that go on."""
        done, late = set[asyncio.Task[None]](), tasks
        try:
            done, late = await asyncio.wait(tasks, timeout=self.rules.response_deadline)
        finally:  # also if this request is cancelled
            for task in late:
                self._late.add(task)
                task.add_done_callback(self._end_late)
        return done, late

    def _end_late(self, task: asyncio.Task[None]) -> None:
        """Log why a late answer failed: SQL has its message, or the gateway was asked to send it again."""
        self._late.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("late answer failed", channel=self.rules.name, why=str(error))

    async def _talk(self, talk: list[Inbound], services: MessagingServices, carried: list[Reply]) -> None:
        for inbound in talk:
            with self._dropping():
                if reply := await self.answers.answer_or_postpone(inbound, services):
                    carried.append(reply)

    @contextmanager
    def _dropping(self) -> Iterator[None]:
        """Drop and count an event that no column can hold, because a repeated request would fail again."""
        try:
            yield
        except Unstorable as value:
            self._metrics.turned_away.labels(self.rules.name, "unstorable").inc()
            log.warning("dropped what cannot be kept", channel=self.rules.name, why=str(value))

    def _count_unknown(self, one: UnknownReport) -> None:
        """Count and log a status that means nothing to us; only letters are logged, which are no phone number."""
        self._metrics.turned_away.labels(self.rules.name, "unknown_status").inc()
        status = one.status if STATUS.fullmatch(one.status) else ""
        log.warning("unknown status in a report", channel=self.rules.name, status=status)

    async def _store_deferred(self, one: DeliveryReport | OptOut, services: MessagingServices) -> None:
        if isinstance(one, DeliveryReport):
            named = self._names.reference(one.gateway, one.reference)
            await services.outbox.record_report(one.gateway, named, one.state, one.why, own=one.reference)
        else:
            await (services.post.stop(one.who, "gateway") if one.for_good else services.post.forget(one.who))
