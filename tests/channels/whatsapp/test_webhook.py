"""Who is let in by WhatsApp's channel: a signature over the very bytes, bodies that end, and Meta's challenge."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels.contracts.request_body import JSON
from channels.whatsapp.webhook import HEADER, MAX_BYTES, Whatsapp, verify_subscription
from state.errors import BadRequest, Unauthenticated
from state.interfaces import Inbound, Reply
from tests.support.webhook_requests import handler_of, webhook_request
from tests.support.whatsapp_payloads import PHONE, SECRET, WHATSAPP, WORD, message, notice, read, signature

Client = TestClient[Any, Any]
HELLO = notice(message())


class TestTheSignature:
    WRONG = (
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha1=" + "0" * 40,
        signature(HELLO)[:-1],
        signature(HELLO) + "0",
        signature(HELLO) + "\n",
        signature(HELLO).upper(),
        signature(HELLO).removeprefix("sha256="),
        "sha256=" + "é" * 64,
        "sha256=" + "٠" * 64,
        signature(HELLO, b"another-secret"),
        signature(HELLO + b" "),
        signature(b""),
    )

    @pytest.mark.parametrize("signed", WRONG, ids=ascii)
    async def test_turns_strangers_away(self, signed: str) -> None:
        with pytest.raises(Unauthenticated):
            await read(HELLO, signed)

    async def test_is_over_the_very_bytes(self) -> None:
        escaped = notice(message(text={"body": "Où"}))
        plain = json.dumps(json.loads(escaped), ensure_ascii=False).encode()
        assert escaped != plain
        assert await read(escaped) == await read(plain)
        with pytest.raises(Unauthenticated):
            await read(plain, signature(escaped))

    async def test_is_looked_at_before_the_body_is_understood(self) -> None:
        with pytest.raises(Unauthenticated):
            await read(b"no JSON", signature(b"other"))
        with pytest.raises(BadRequest):
            await read(b"no JSON")

    async def test_request_is_refused_without_our_secret(self) -> None:
        with pytest.raises(Unauthenticated):
            await read(HELLO, signature(HELLO, b""), Whatsapp((b"",), (WORD.encode(),), ""))

    def test_must_be_there_before_anything_is_read(self) -> None:
        for headers in ({}, {HEADER: "sha256=x"}):
            with pytest.raises(Unauthenticated):
                WHATSAPP.verify(webhook_request(headers=headers))


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A server with the channel and the challenge only; its other requests may have 8 KiB."""
    app = web.Application(client_max_size=8192)
    app.router.add_post("/whatsapp", handler_of(WHATSAPP, lambda events: str(len(events))))
    app.router.add_get("/whatsapp", verify_subscription((WORD.encode(),)))
    app.router.add_get("/closed", verify_subscription((b"",)))
    async with TestClient(TestServer(app)) as client:
        yield client


async def post(client: Client, body: Any, signed: str, **headers: str) -> tuple[int, str]:
    async with client.post("/whatsapp", data=body, headers={"Content-Type": JSON, HEADER: signed, **headers}) as answer:
        return answer.status, await answer.text()


class TestOverHttp:
    async def test_long_batch_is_read(self, client: Client) -> None:
        batch = notice(*(message(id=f"wamid.{number}") for number in range(1000)))
        assert len(batch) > 100_000
        assert await post(client, batch, signature(batch)) == (200, "1000")

    async def test_a_body_without_end_is_turned_away(self, client: Client) -> None:
        whole = b" " * (MAX_BYTES - len(HELLO)) + HELLO

        async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
            for at in range(0, len(body), 2**16):
                yield body[at : at + 2**16]

        assert await post(client, in_pieces(whole), signature(whole)) == (200, "1")
        assert (await post(client, in_pieces(b" " + whole), signature(b" " + whole)))[0] == 403
        assert await post(client, HELLO, signature(HELLO)) == (200, "1")

    async def test_a_bomb_is_turned_away(self, client: Client) -> None:
        bomb = gzip.compress(b" " * (100 * MAX_BYTES))
        assert (await post(client, bomb, signature(bomb), **{"Content-Encoding": "gzip"}))[0] == 403

    async def test_wrong_content_encoding_is_refused(self, client: Client) -> None:
        assert (await post(client, HELLO, signature(HELLO), **{"Content-Encoding": "gzip"}))[0] == 403

    async def test_signature_of_invalid_bytes_is_refused(self, client: Client) -> None:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        head = f"POST /whatsapp HTTP/1.1\r\nHost: zin\r\nContent-Length: {len(HELLO)}\r\nConnection: close\r\n"
        writer.write(head.encode() + f"{HEADER}: sha256=".encode() + b"\xff" * 64 + b"\r\n\r\n" + HELLO)
        status = await reader.readline()
        writer.close()
        assert b" 403 " in status


class TestTheChallenge:
    ASKED: ClassVar[Mapping[str, str]] = {
        "hub.mode": "subscribe",
        "hub.verify_token": WORD,
        "hub.challenge": "1158201444",
    }

    async def test_is_answered_raw(self, client: Client) -> None:
        for word in ("1158201444", "<b>é 1+1</b>"):
            async with client.get("/whatsapp", params=dict(self.ASKED) | {"hub.challenge": word}) as answer:
                assert (answer.status, answer.content_type) == (200, "text/plain")
                assert await answer.read() == word.encode()

    @pytest.mark.parametrize("word", ["", "a-word", WORD.upper(), f"{WORD} ", "é", "\0"])
    async def test_challenge_is_refused_without_the_token(self, client: Client, word: str) -> None:
        async with client.get("/whatsapp", params=dict(self.ASKED) | {"hub.verify_token": word}) as answer:
            assert (answer.status, await answer.read()) == (403, b"")

    @pytest.mark.parametrize("name", ASKED)
    async def test_is_refused_when_it_is_not_whole(self, client: Client, name: str) -> None:
        less = {other: value for other, value in self.ASKED.items() if other != name}
        assert (await client.get("/whatsapp", params=less)).status == 403
        assert (await client.get("/whatsapp", params=less | {name: ""})).status == (
            200 if name == "hub.challenge" else 403
        )

    async def test_bears_bytes_that_are_no_text(self, client: Client) -> None:
        for sent in ("%ED%A0%80", "%FF", "%ZZ"):
            asked = f"/whatsapp?hub.mode=subscribe&hub.verify_token={sent}&hub.challenge={sent}"
            assert (await client.get(asked)).status == 403
            known = f"/whatsapp?hub.mode=subscribe&hub.verify_token={WORD}&hub.challenge={sent}"
            assert (await client.get(known)).status == 200

    async def test_challenge_is_refused_without_our_token(self, client: Client) -> None:
        for word in ("", WORD):
            assert (await client.get("/closed", params=dict(self.ASKED) | {"hub.verify_token": word})).status == 403


def test_the_answer_never_travels_in_the_response() -> None:
    inbound = Inbound("whatsapp", f"+{PHONE}", "", "BAC", False)
    assert not WHATSAPP.replies_inline(inbound)
    for thanks in (
        WHATSAPP.acknowledge(inbound, Reply("Bonjour", ends_session=False)),
        WHATSAPP.acknowledge(None, None),
    ):
        assert (thanks.status, thanks.body) == (200, b"")


async def test_neither_secret_nor_number_is_shown_when_printed() -> None:
    assert SECRET.decode() not in repr(WHATSAPP)
    assert WORD not in repr(WHATSAPP)
    assert "90000001" not in repr(await read(HELLO))
