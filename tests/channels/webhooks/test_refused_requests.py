"""Refused requests, over raw sockets on each address: nothing more is read, and no header names a version."""

from __future__ import annotations

import asyncio
import gzip
import re
from itertools import product

from tests.support.raw_connection import ADDRESSES, FORM, SIGNED, SOON, STATUS, TELEGRAM_SECRET, Wire, request

OTHERS = ["/", "/health/live", "/health/ready", "/metrics", "/nowhere", "/bureau/nowhere"]
THANKED = (b"200", b"303")


ENCODINGS = ["gzip", "deflate", "br", "zstd", "identity", "nonsense"]


async def test_encoded_bodies_are_refused(wire: Wire) -> None:
    body = gzip.compress(b"x" * 1000)
    for path, encoding in product((*ADDRESSES, *OTHERS), ENCODINGS):
        answer = await wire.say(
            request(path, FORM, SIGNED, TELEGRAM_SECRET, f"Content-Encoding: {encoding}", body=body)
        )
        assert answer.startswith(b"HTTP/1.1 415 "), path
        assert b"Connection: close" in answer, path


async def test_body_of_a_refused_request_is_not_read(wire: Wire) -> None:
    for path in ADDRESSES:
        head = request(path.replace("demo", "wrong"), "Content-Type: text/x-nothing", length=2 * 1024 * 1024)
        answer = await wire.say(head, *[b"x" * 65536] * 32)
        assert [status for status in STATUS.findall(answer) if status not in THANKED] == STATUS.findall(answer), path
        assert b"Connection: close" in answer, path


async def test_refusal_closes_the_connection(wire: Wire) -> None:
    for path in ADDRESSES:
        refused = request(path.replace("demo", "wrong"), "Content-Type: text/x-nothing")
        answer = await wire.say(refused + request("/health/live", method="GET"))
        assert len(STATUS.findall(answer)) == 1, path


EVERY_KIND = [
    request("/health/live", method="GET"),
    request("/", method="GET"),
    request("/bureau/connexion", method="GET"),
    request("/bureau/static/desk.css", method="GET"),
    request("/nowhere", method="GET"),
    request("/ussd/africastalking/wrong", FORM),
    b"nonsense\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    request("/health/live", "Content-Encoding: gzip", method="GET"),
]


async def test_server_header_hides_the_version(wire: Wire) -> None:
    for said in EVERY_KIND:
        async with wire.line() as (reader, writer):
            writer.write(said)
            answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SOON)
        assert re.findall(rb"(?i)\r\nserver: (.*?)\r\n", answer) == [b"Zin"], said
