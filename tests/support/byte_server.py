"""An HTTP server on this machine that answers with the bytes that a test gives it."""

from __future__ import annotations

import asyncio


class ByteServer:
    """Answers each request with `answer`, or never if it is empty; `cuts` closes the connection after the answer."""

    def __init__(self) -> None:
        self.answer, self.cuts = b"", False
        self.requests: list[bytes] = []
        self.connections = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
                self.requests.append(head + await reader.readexactly(int(length or 0)))
                writer.write(self.answer)
                await writer.drain()
                if self.cuts:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client closed the connection
        finally:
            writer.close()


def http(body: bytes, status: str = "200 OK", *headers: str, content_type: str = "application/json") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body
