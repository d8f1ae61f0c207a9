"""The calls over the binds of one gateway: each deliver_sm is answered at once, its screen leaves when it is there.

    deliver_sm -> deliver_sm_resp, before the hop
               -> UssdCalls -> submit_sm, before the messages that wait for the bind's window

A screen that cannot leave while its citizen holds the phone is dropped and logged: the centre ends that call by itself,
and the session stays for the next one.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from channels.smpp.pushes import Pushes
from channels.smpp.sender import Submitter
from channels.smpp.smpp_files import FoundGateway
from channels.smpp.ussd_calls import UssdCalls, build_calls
from settings import Settings
from smpp.connection import Connection
from smpp.constants import RINVMSGLEN, RMSGQFUL, ROK, RX_T_APPN, THROTTLED, status_name
from smpp.errors import SmppError
from smpp.messages import ShortMessage
from smpp.pdu import Pdu
from state.conversation.conversation import Conversation

MAX_CALLS: Final = 5000  # hops whose screens did not leave yet; others are asked to come again
SCREEN_SECONDS: Final = 10.0  # from the arrival of an input, in which its screen leaves or never
AGAIN_SECONDS: Final = 0.1  # before a screen that was refused because there were too many is sent again
MAX_BODY: Final = 4096  # octets of a delivery of a call, which has 182 of text: so much waits for each of MAX_CALLS
BODY: Final = b"\0"  # of a deliver_sm_resp: an empty message_id
log = structlog.get_logger()


class CallDeliveries:
    """The calls of one gateway. bind is where screens leave by, and is set before the first delivery."""

    bind: Submitter

    def __init__(self, name: str, calls: UssdCalls) -> None:
        self._name, self._calls, self._is_closing = name, calls, False
        self._tasks = set[asyncio.Task[None]]()

    def take(self, connection: Connection, pdu: Pdu, message: ShortMessage) -> None:
        """Answer one deliver_sm of a call, and show the screen later."""
        if len(pdu.body) > MAX_BODY:
            log.warning("call refused", gateway=self._name, why="too long")
            connection.respond(pdu, RINVMSGLEN, BODY)
            return
        if self._is_closing or len(self._tasks) >= MAX_CALLS:
            connection.respond(pdu, RX_T_APPN if self._is_closing else RMSGQFUL, BODY)
            return
        connection.respond(pdu, ROK, BODY)
        task = asyncio.create_task(self._show(message, asyncio.get_running_loop().time()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Take no more, and show the screens of what came so far. The bind must still be up."""
        self._is_closing = True
        await asyncio.gather(*self._tasks)

    async def _show(self, message: ShortMessage, arrived: float) -> None:
        try:
            screen = await self._calls.answer(message, arrived)
            if screen:
                await self._submit(screen, arrived + SCREEN_SECONDS)
        except SmppError as error:
            log.error("screen not shown", gateway=self._name, why=str(error))
        except Exception:  # our own fault, of any kind: it must not end the other calls
            log.exception("call failed", gateway=self._name)

    async def _submit(self, screen: ShortMessage, until: float) -> None:
        """Send a screen, again while the peer says that there are too many. Raises SmppError."""
        loop = asyncio.get_running_loop()
        while True:
            answer = await self.bind.submit(screen, max(0.0, until - loop.time()), is_urgent=True)
            if answer.status not in THROTTLED or loop.time() + AGAIN_SECONDS >= until:
                break
            await asyncio.sleep(AGAIN_SECONDS)
        if answer.status:
            log.error("screen refused", gateway=self._name, why=status_name(answer.status))


def call_deliveries(
    gateway: FoundGateway, talk: Conversation, settings: Settings, pushes: Pushes | None
) -> CallDeliveries | None:
    """Return what takes the calls of a gateway's file; None if it has none."""
    calls = build_calls(gateway, talk, settings, pushes)
    return CallDeliveries(gateway.name, calls) if calls else None
