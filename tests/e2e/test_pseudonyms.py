"""After real traffic on every channel no column and no key of the store tells a phone number or a chat.

Not in clear, in any form in which numbers are written, nor as a digest that can be had without the pepper: 10^8 numbers
are tried within minutes. What gateways call their calls and messages holds the number here, as it does at WhatsApp.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import SecretStr
from redis import Redis
from sqlalchemy import select

from accounts.accounts import Accounts
from admin.simulator.sandboxes import FILE
from channels.telegram.webhook import HEADER as TELEGRAM_SECRET
from channels.whatsapp.webhook import Whatsapp
from database import tables
from database.interface import Database
from database.migrations import migrate
from database.sqlite import SQLite
from server import SERVICES
from state.conversation.deferred_answers import DeferredRequest
from state.interfaces import Recipient
from tests.support import whatsapp_api
from tests.support.city import SECRET, City, city, signed
from tests.support.postgresql import Server
from tests.support.sandbox_client import Trying
from tests.support.sms_gateway import Told, recipient
from tests.support.telegram_api import CHAT

DIGITS: Final = "0190000001"
NUMBER: Final = f"+229{DIGITS}"
FORMS: Final = (NUMBER, NUMBER[1:], DIGITS, DIGITS[2:], f"+229{DIGITS[2:]}", f"229{DIGITS[2:]}", f"00229{DIGITS}")
CHATS: Final = (str(CHAT), f"tg:{CHAT}")
CALL: Final = f"ATUid_{NUMBER[1:]}.1"
WAMID: Final = "wamid." + base64.b64encode(b"\x1c\x18\x0d" + NUMBER[1:].encode() + b"\x15\x02\0").decode()
WORDS: Final = (
    *("", "africastalking_ussd", "africastalking_sms", "whatsapp", "telegram", "sms", "tel", "phone", "message", "zin"),
    *("call", "session", "citizen", "reference"),
)
BETWEEN: Final = ("", " ", ":", "|", "-", "/", "\0", "\n", "*")
SHORTEST: Final = 12  # characters of a digest: fewer are found by chance


class Traffic:
    """What one citizen causes on every channel; each id that a gateway gives holds the number."""

    def __init__(self, zin: City) -> None:
        self._zin, self._sent = zin, 0

    async def all(self) -> None:
        for text in ("", "1", "1*3", "1*3*1", "1*3*1*12345", "1*3*1*12345*4"):
            form = {"sessionId": CALL, "serviceCode": "*384*229#", "phoneNumber": NUMBER, "text": text}
            await self._form("/ussd/africastalking/demo", form)
        for text in ("suivi", "EX-000001", "1", "0001", "3", "bac", "2", "99999", "1", "bonjour"):
            await self.sms(text)
        for text in ("bac 12345", "4"):
            await self.whatsapp(text)
        for text in ("bac 12345", "4", "langue", "1"):
            await self.telegram(text)
        for state, why in (("Success", ""), ("Failed", f"Unknown number {NUMBER}")):
            form = {"id": f"ATXid_{NUMBER}-{state}", "status": state, "failureReason": why, "phoneNumber": NUMBER}
            await self._form("/sms/africastalking/demo/reports", form)
        await self._form("/sms/africastalking/demo/optouts", {"phoneNumber": NUMBER, "senderId": "5000"})

    async def sms(self, text: str) -> None:
        self._sent += 1
        form = {"from": NUMBER, "to": "5000", "text": text, "id": f"{NUMBER}-{self._sent}"}
        await self._form("/sms/africastalking/demo", form)

    async def whatsapp(self, text: str) -> None:
        self._sent += 1
        message = {"from": NUMBER[1:], "id": f"{WAMID}{self._sent}", "timestamp": str(round(time.time()))}
        value = {"metadata": {"phone_number_id": whatsapp_api.PHONE_ID}}
        value |= {"messages": [message | {"type": "text", "text": {"body": text}}]}  # type: ignore[dict-item]
        body = {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": value}]}]}
        raw = json.dumps(body).encode()
        async with self._zin.client.post("/whatsapp", data=raw, headers=signed(raw)) as answer:
            assert answer.status == 200

    async def telegram(self, text: str) -> None:
        self._sent += 1
        chat = {"id": CHAT, "type": "private"}
        message = {"message_id": self._sent, "date": round(time.time()), "chat": chat, "text": text}
        update = {"update_id": CHAT * 100 + self._sent, "message": message}
        async with self._zin.client.post("/telegram", json=update, headers={TELEGRAM_SECRET: SECRET}) as answer:
            assert answer.status == 200

    async def _form(self, path: str, form: dict[str, str]) -> None:
        async with self._zin.client.post(path, data=form) as answer:
            assert answer.status == 200


@asynccontextmanager
async def everything_done(valkey_url: str, folder: Path, database: str) -> AsyncIterator[City]:
    """A city in which all of this happened, and something is owed to everybody."""
    async with city(valkey_url, folder, database_url=SecretStr(database)) as zin:
        zin.sms.says = lambda form: Told(recipient(named=f"ATXid_{form['to']}-{len(zin.sms.forms)}"))
        traffic = Traffic(zin)
        await traffic.all()
        rooms = zin.client.app[SERVICES].messaging
        for number, to in enumerate((Recipient("sms", "+2290190000002"), Recipient("telegram", str(CHAT)))):
            promise = DeferredRequest(
                f"k{number}", "answer", to, "fr", "exams.search", {"exam": "bac-2026", "seat": "1"}, {}
            )
            assert await rooms.post.promise(promise) == "kept"
        Whatsapp.response_deadline, was = 0.0, Whatsapp.response_deadline
        try:
            await traffic.whatsapp("bepc")
        finally:
            Whatsapp.response_deadline = was
        await Accounts(zin.client.app[SERVICES].database).add("awa", "viewer", "un long mot de passe", "console:test")
        page = await (await zin.client.get("/bureau/")).text()
        found = re.search(r'data-csrf="([^"]+)"', page)
        assert found
        trial = Trying(zin.client, zin.settings, found[1])
        await trial.ask("appareil", channel="africastalking_ussd", number=NUMBER, language="fr")
        for text in ("", "3", "3*1", "3*1*12345", "3*1*12345*4"):
            await trial.call(text, CALL)
        async with asyncio.timeout(20):
            while await waiting(zin.client.app[SERVICES].database):  # noqa: ASYNC110 - it happens behind a gateway
                await asyncio.sleep(0.05)
        yield zin


async def waiting(database: Database) -> int:
    """How many messages no gateway has named yet."""
    return len(await database.rows(select(tables.outbox.c.key).where(tables.outbox.c.reference == "")))


async def kept(database: Database) -> AsyncIterator[tuple[str, str]]:
    """Every value of every column, and where it stands."""
    for table in tables.paused.metadata.tables.values():
        for row in await database.rows(select(table)):
            for column, value in row.items():
                yield f"{table.name}.{column}", str(value)


def telling() -> Iterator[str]:
    """Every text by which a number, or a chat, can be recognized."""
    ids = (CALL, WAMID, f"{NUMBER}-1", f"ATXid_{NUMBER}-Success", str(CHAT * 100 + 1))
    for form in (*FORMS, *CHATS[:1]):
        yield form
        yield form.encode().hex()
        yield from in_base64(form)
    for form in (*FORMS, *CHATS, *ids):
        for word, between in product(WORDS, BETWEEN):
            for text in {f"{word}{between}{form}", f"{form}{between}{word}"} if word else {form}:
                yield from digests(text.encode())


def in_base64(text: str) -> Iterator[str]:
    """What base64 makes of a text wherever it begins in what is encoded, less what its neighbours have a share in."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + text.encode()).decode().rstrip("=")
        yield whole[(0, 2, 3)[before] : -1]


def digests(raw: bytes) -> Iterator[str]:
    names = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2s")
    found = [hashlib.new(name, raw, usedforsecurity=False).digest() for name in names]
    found += [hashlib.blake2b(raw, digest_size=size).digest() for size in (8, 10, 12, 16, 20, 24, 32, 64)]
    for digest in found:
        yield digest.hex()[:SHORTEST]
        yield base64.urlsafe_b64encode(digest).decode()[: SHORTEST - 2]


@pytest.fixture(scope="module")
def identifying() -> frozenset[str]:
    return frozenset(telling())


def complaints(values: Iterable[tuple[str, str]], identifying: frozenset[str]) -> set[str]:
    """The places that hold any of these texts. Digests are looked for by their windows, since they are many."""
    lengths = {len(text) for text in identifying}
    found = set()
    for place, value in values:
        windows = (value[at : at + length] for length in lengths for at in range(len(value) - length + 1))
        if any(window in identifying for window in windows):
            found.add(place)
    return found


async def test_no_column_and_no_key_identifies_a_number(
    server: Server | None, valkey_url: str, tmp_path: Path, identifying: frozenset[str]
) -> None:
    async with everything_done(valkey_url, tmp_path, await server.new() if server else "") as zin:
        database = zin.client.app[SERVICES].database
        values = [one async for one in kept(database)]
        there = {place.partition(".")[0] for place, _ in values}
        assert {"outbox", "promises", "opted_out", "preferences", "early_reports", "audit"} <= there
        own = SQLite(tmp_path / FILE)
        await migrate(own)
        trial = [(f"trial {place}", value) async for place, value in kept(own)]
        await own.close()
        assert {"trial outbox", "trial preferences"} <= {place.partition(".")[0] for place, _ in trial}
        with Redis.from_url(valkey_url) as store:
            keys = [("key of the store", bytes(key).decode()) for key in store.keys("*")]
        assert {"heard", "sent", "session", "trial"} <= {key.partition(":")[0] for _, key in keys}
    assert complaints([*values, *trial, *keys], identifying) == set()


@pytest.mark.parametrize(
    "text",
    [
        *FORMS,
        f"heard:{WAMID}",
        hashlib.blake2b(f"africastalking_sms {NUMBER}".encode(), digest_size=16).hexdigest(),
        hashlib.sha256(f"{DIGITS[2:]}:sms".encode()).hexdigest()[:16],
        f"key:{hashlib.md5(NUMBER.encode(), usedforsecurity=False).hexdigest()}:1",
    ],
)
def test_text_that_identifies_a_number_is_found(text: str, identifying: frozenset[str]) -> None:
    assert complaints([("here", text)], identifying) == {"here"}


def test_keyed_digest_identifies_no_number(identifying: frozenset[str]) -> None:
    value: Any = hashlib.blake2b(NUMBER.encode(), key=b"a pepper", digest_size=16).hexdigest()
    assert complaints([("here", value)], identifying) == set()
