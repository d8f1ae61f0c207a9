"""Plays the operator of an SMPP gateway's file: takes binds and messages, reports their delivery, writes as a phone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from channels.smpp.alphabets import UCS2, decode_text, encode_text
from channels.smpp.parts import Message, Part, Reassembly, header
from channels.smpp.receipts import written_ids
from channels.smpp.smpp_shape import SmppFile
from smpp.bind_request import decode_bind
from smpp.connection import Connection
from smpp.constants import (
    BIND_TRANSMITTER,
    BINDS,
    DELIVER_SM,
    ESM_RECEIPT,
    ESM_UDHI,
    RINVBNDSTS,
    RINVPASWD,
    ROK,
    SUBMIT_SM,
)
from smpp.errors import MalformedBody, NoAnswer
from smpp.messages import Address, ShortMessage, decode_message
from smpp.octets import encode_string
from smpp.pdu import Pdu
from state.cancellation import end_task
from state.text.sms_parts import split_sms

NO_BIND: Final = "-- Zin n'est pas lié : lancez « zin smpp »"
FIRST_ID: Final = 1_000_000


@dataclass(slots=True)
class MockSmsc:
    """One operator, played for one phone, of which number has the digits. say prints a line."""

    file: SmppFile
    password: str = field(repr=False)
    number: str = field(repr=False)
    say: Callable[[str], None]
    _ids: count[int] = field(default_factory=lambda: count(FIRST_ID))
    _connections: set[Connection] = field(default_factory=set)
    _receivers: list[Connection] = field(default_factory=list)
    _parts: Reassembly = field(default_factory=Reassembly)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def accept(self) -> Connection:
        """Return what answers a new connection."""
        connection = Connection(self._take)
        self._connections.add(connection)
        return connection

    async def type(self, typed: str) -> None:
        """Write an SMS to Zin, in parts if it is long."""
        texts, mark = split_sms(typed), next(self._ids) & 0xFF
        coding, _ = encode_text(typed, self.file.sms.alphabet)
        for place, text in enumerate(texts, 1):
            octets = text.encode("utf-16-be") if coding == UCS2 else encode_text(text, self.file.sms.alphabet)[1]
            in_parts = len(texts) > 1
            await self._deliver(
                ShortMessage(
                    Address(self.number, 1, 1),
                    Address(self.file.sms.sender),
                    (header(Part(mark, len(texts), place)) if in_parts else b"") + octets,
                    esm_class=ESM_UDHI if in_parts else 0,
                    data_coding=coding,
                ),
                "SMS donné à Zin",
            )

    async def close(self) -> None:
        """Close every connection."""
        await asyncio.gather(*map(end_task, self._tasks))
        for connection in self._connections:
            connection.abort()

    def _take(self, connection: Connection, pdu: Pdu) -> bool:
        if pdu.command in BINDS:
            self._bind(connection, pdu)
        elif pdu.command == SUBMIT_SM:
            self._submit(connection, pdu)
        else:
            return False
        return True

    def _bind(self, connection: Connection, pdu: Pdu) -> None:
        asked = decode_bind(pdu.command, pdu.body)
        if (asked.system_id, asked.password) != (self.file.system_id, self.password):
            self.say("-- liaison refusée : autre nom ou autre mot de passe que ceux du fichier")
            connection.respond(pdu, RINVPASWD)
            return
        connection.is_bound = True
        if pdu.command != BIND_TRANSMITTER:
            self._receivers.append(connection)
        connection.respond(pdu, ROK, encode_string("zin-mock"))
        self.say(f"-- Zin est lié sous le nom {asked.system_id}")

    def _submit(self, connection: Connection, pdu: Pdu) -> None:
        try:
            message = decode_message(pdu.body)
        except MalformedBody as error:
            connection.respond(pdu, error.status)
            return
        if not connection.is_bound:
            connection.respond(pdu, RINVBNDSTS)
            return
        answered, reported = written_ids(next(self._ids), self.file.sms.receipt_ids)
        connection.respond(pdu, ROK, encode_string(answered))
        if whole := self._parts.take(message, 0.0):
            self._parts.settle(whole)
            self._show(whole)
        if message.registered_delivery:
            task = asyncio.create_task(self._deliver(_receipt(message, reported), "accusé de remise donné à Zin"))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _show(self, message: Message) -> None:
        text = decode_text(message.first.data_coding, message.octets, self.file.sms.alphabet)
        self.say(f"-- SMS de Zin au …{message.first.destination.digits[-4:]} :\n{text}")

    async def _deliver(self, message: ShortMessage, what: str) -> None:
        receiver = next((one for one in reversed(self._receivers) if one.is_open), None)
        if receiver is None:
            self.say(NO_BIND)
            return
        try:
            answer = await receiver.request(DELIVER_SM, message.encoded())
            self.say(f"-- {what} : {'pris' if answer.status == ROK else hex(answer.status)}")
        except NoAnswer:
            self.say(f"-- {what} : Zin ne répond pas")


def _receipt(message: ShortMessage, named: str) -> ShortMessage:
    text = f"id:{named} sub:001 dlvrd:001 submit date:2601010800 done date:2601010801 stat:DELIVRD err:000 text:"
    return ShortMessage(message.destination, message.source, text.encode(), esm_class=ESM_RECEIPT)
