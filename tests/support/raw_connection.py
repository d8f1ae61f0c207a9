"""Raw TCP connections to the whole server, and the requests that tests send over them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

from channels import open_channels, open_message_channels
from settings import Settings
from tests.support.conversation import Market
from tests.support.patience import PATIENCE

SETTINGS = Settings()
GATEWAYS = sorted(
    {one.path for one in open_channels(SETTINGS)} | {channel.path for channel in open_message_channels(SETTINGS)}
)
ADDRESSES = [*(path.format(secret="demo") for path in GATEWAYS), "/bureau/connexion", "/bureau/resultats/importer"]
FORM = "Content-Type: application/x-www-form-urlencoded"
SOON = 30.0  # seconds in which a connection must be closed: less than an idle one stays open
STATUS = re.compile(rb"HTTP/1\.1 (\d+) ")
SIGNED = "X-Hub-Signature-256: sha256=" + "0" * 64  # in the form of a signature, so that the body is looked at
TELEGRAM_SECRET = "X-Telegram-Bot-Api-Secret-Token: demo"
USSD = "/ussd/africastalking/demo"
DATE = re.compile(rb"Date: [^\r]+\r\n")


class Wire:
    """The server's address, and what is said to it byte by byte."""

    def __init__(self, port: int, market: Market) -> None:
        self._port, self.market = port, market

    async def say(self, *pieces: bytes, pause: float = 0.0) -> bytes:
        """Send these, one after the other, and give all that comes until the server closes."""
        async with self.line() as (reader, writer):
            listening = asyncio.create_task(_until_closed(reader))
            try:
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(pause)
                    if listening.done():
                        break
            except ConnectionError:
                pass  # it was closed while something was still being sent
            return await asyncio.wait_for(listening, SOON)

    @asynccontextmanager
    async def line(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            yield reader, writer
        finally:
            writer.close()


async def _until_closed(reader: asyncio.StreamReader) -> bytes:
    whole = bytearray()
    try:
        while piece := await reader.read(65536):
            whole += piece
    except ConnectionError:
        pass  # closed with something of ours unread
    return bytes(whole)


def request(path: str, *headers: str, method: str = "POST", body: bytes = b"", length: int | None = None) -> bytes:
    sized = f"Content-Length: {len(body) if length is None else length}"
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: zin", sized, *headers, "", "")).encode() + body


def hop(text: str = "", session: str = "s1", path: str = USSD, *headers: str) -> bytes:
    fields = {"sessionId": session, "serviceCode": "*384#", "phoneNumber": "+2290190000001", "text": text}
    return request(path, FORM, *headers, body=urlencode(fields).encode())


async def answer_to(wire: Wire, *pieces: bytes) -> bytes:
    """The first answer to these pieces, without its date; a refusal may come before the last of them."""
    async with wire.line() as (reader, writer):
        reading = asyncio.create_task(read_answer(reader))
        for piece in pieces:
            writer.write(piece)
            await asyncio.wait((reading,), timeout=0.02)
            if reading.done():
                break
        return await reading


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        assert length
        return DATE.sub(b"", head) + await reader.readexactly(int(length[1]))


HEALTH = request("/health/live", method="GET")
