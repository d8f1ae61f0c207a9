"""Plays the operator of an SMPP gateway's file: takes binds and messages, reports delivery, calls and writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from channels.smpp.alphabets import UCS2, Alphabet, decode_text, encode_text
from channels.smpp.mock_call import MockCalls
from channels.smpp.parts import Message, Part, Reassembly, header
from channels.smpp.receipts import written_ids
from channels.smpp.smpp_files import FoundGateway
from channels.smpp.smpp_shape import SmsPart
from channels.smpp.ussd_dialect import is_call
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
END: Final = "-- fin de l'appel"
FIRST_ID: Final = 1_000_000


@dataclass(slots=True)
class MockSmsc:
    """One operator, played for one phone, of which number has the digits. say prints a line."""

    gateway: FoundGateway
    password: str = field(repr=False)
    number: str = field(repr=False)
    say: Callable[[str], None]
    _ids: count[int] = field(default_factory=lambda: count(FIRST_ID))
    _connections: set[Connection] = field(default_factory=set)
    _receivers: list[Connection] = field(default_factory=list)
    _parts: Reassembly = field(default_factory=Reassembly)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _calls: MockCalls | None = field(init=False)

    def __post_init__(self) -> None:
        ussd, dialect = self.gateway.file.ussd, self.gateway.dialect
        self._calls = MockCalls(self.number, ussd.code, dialect) if ussd and dialect else None

    def accept(self) -> Connection:
        """Return what answers a new connection."""
        connection = Connection(self._take)
        self._connections.add(connection)
        return connection

    async def type(self, typed: str) -> None:
        """Do what a person does with a phone: dial `*`…, answer the open call, else write an SMS."""
        calls, sms = self._calls, self.gateway.file.sms
        if calls and (typed.startswith("*") or calls.is_open or not sms):
            await self._deliver(calls.type(typed), "appel donné à Zin")
        elif sms:
            await self._write(typed, sms)

    async def _write(self, typed: str, sms: SmsPart) -> None:
        """Write an SMS to Zin, in parts if it is long."""
        texts, mark = split_sms(typed), next(self._ids) & 0xFF
        coding, _ = encode_text(typed, sms.alphabet)
        for place, text in enumerate(texts, 1):
            octets = text.encode("utf-16-be") if coding == UCS2 else encode_text(text, sms.alphabet)[1]
            in_parts = len(texts) > 1
            await self._deliver(
                ShortMessage(
                    Address(self.number, 1, 1),
                    Address(sms.sender),
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
        if (asked.system_id, asked.password) != (self.gateway.file.system_id, self.password):
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
        sms = self.gateway.file.sms
        answered, reported = written_ids(next(self._ids), sms.receipt_ids if sms else "same")
        connection.respond(pdu, ROK, encode_string(answered))
        if is_call(message):
            self._show_screen(message)
        elif whole := self._parts.take(message):
            self._show(whole, sms.alphabet if sms else "gsm")
        if message.registered_delivery:
            task = asyncio.create_task(self._deliver(_receipt(message, reported), "accusé de remise donné à Zin"))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _show_screen(self, screen: ShortMessage) -> None:
        if self._calls:
            self.say(self._calls.read(screen))
            if not self._calls.is_open:
                self.say(END)

    def _show(self, message: Message, alphabet: Alphabet) -> None:
        text = decode_text(message.first.data_coding, message.octets, alphabet)
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
