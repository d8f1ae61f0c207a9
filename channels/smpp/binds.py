"""The binds of one gateway: one that sends and receives, or one for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Final

import structlog
from prometheus_client import Gauge

from channels.smpp.smpp_gateways import SmppGateways
from channels.smpp.smpp_shape import SmppFile
from smpp.bind_request import BindRequest
from smpp.client import Client, Peer
from smpp.connection import Connection
from smpp.constants import BIND_RECEIVER, BIND_TRANSCEIVER, BIND_TRANSMITTER, RINVCMDID
from smpp.pdu import Pdu
from smpp.window import Window
from state.cancellation import end_task

OnDelivery = Callable[[Connection, Pdu], None]
BOUND = Gauge("zin_smpp_bound", "Whether a bind to an operator is up", ["gateway", "bind"])
KINDS: Final = {BIND_TRANSCEIVER: "transceiver", BIND_TRANSMITTER: "transmitter", BIND_RECEIVER: "receiver"}
log = structlog.get_logger()


def open_binds(
    gateways: SmppGateways, name: str, file: SmppFile, on_delivery: OnDelivery, opened: AsyncExitStack
) -> Client:
    """Keep the binds of a gateway up until `opened` ends. Returns the one that messages leave by. Raises OSError."""
    commands = (BIND_TRANSCEIVER,) if file.bind == "transceiver" else (BIND_TRANSMITTER, BIND_RECEIVER)
    peer = Peer(
        file.host,
        file.port,
        gateways.tls(file),
        bind_seconds=file.bind_seconds,
        answer_seconds=file.answer_seconds,
        enquire_seconds=file.enquire_seconds,
    )
    clients = []
    for command in commands:
        bind = BindRequest(
            file.system_id, gateways.password(file), file.system_type, file.source.ton, file.source.npi, command
        )
        takes = _refuse if command == BIND_TRANSMITTER else on_delivery
        labels = (name, KINDS[command])
        BOUND.labels(*labels).set(0)
        client = Client(peer, bind, Window(file.window, file.per_second), takes, _noted(*labels))
        opened.callback(BOUND.remove, *labels)
        opened.callback(client.window.close)
        opened.push_async_callback(end_task, asyncio.create_task(client.run()))
        clients.append(client)
    return clients[0]


def _refuse(connection: Connection, pdu: Pdu) -> None:
    connection.respond(pdu, RINVCMDID, b"\0")  # a transmitter gets no deliveries


def _noted(name: str, kind: str) -> Callable[[str], None]:
    def note(why: str) -> None:
        BOUND.labels(name, kind).set(0 if why else 1)
        if why:
            log.error("bind lost", gateway=name, bind=kind, why=why)
        else:
            log.info("bound", gateway=name, bind=kind)

    return note
