"""Single commands to a server: one connection for all, and another after a reply that did not come."""

from __future__ import annotations

import asyncio
from pathlib import Path

from state.store.inline_command import InlineConnection
from tests.support.patience import PATIENCE


class Server:
    """A server that answers each line, and counts its connections. It is silent to the line "silence"."""

    def __init__(self) -> None:
        self.connections = list[asyncio.StreamWriter]()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(writer)
        while line := (await reader.readline()).strip():
            if line != b"silence":
                writer.write(b"+%b\r\n" % line if line != b"text" else b"$7\r\na\r\nlong\r\n")
        writer.close()


async def test_connection_is_kept_until_a_reply_is_missing(tmp_path: Path) -> None:
    seen, socket = Server(), tmp_path / "socket"
    server = await asyncio.start_unix_server(seen.answer, socket)
    connection = InlineConnection(socket)
    assert [await connection.ask(command, PATIENCE) for command in (b"one", b"text", b"two")] == [
        b"+one\r\n",
        b"a\r\nlong",
        b"+two\r\n",
    ]
    assert len(seen.connections) == 1
    assert await connection.ask(b"silence", 0.05) == b""
    assert await connection.ask(b"three", PATIENCE) == b"+three\r\n"
    assert len(seen.connections) == 2
    connection.close()
    for writer in seen.connections:
        writer.close()
        await writer.wait_closed()
    server.close()
    await server.wait_closed()


async def test_missing_server_gives_no_reply(tmp_path: Path) -> None:
    assert await InlineConnection(tmp_path / "socket").ask(b"PING", PATIENCE) == b""
