"""A server on results day whose answers a test chooses for each seat: right, wrong, late or none."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from catalog.entries import read_exams
from loadtest.candidates import Candidate, candidates
from loadtest.plan import CROWDED, SORRY, UNKNOWN, Mix, Plan
from tests.support.patience import PATIENCE

BAC = read_exams(Path(__file__).parents[2] / "menus" / "exams")["bac"]
HOME = "CON Bienvenue\n1 Demandes\n2 Résultats d'examens"
EXAMS = ("CON Quel examen ?\n1 CEP 2026\n98 Suite", "CON Quel examen ?\n2 BAC 2026\n0 Retour")
HINT = "CON Trois chiffres au moins.\nNuméro de table ?"
CANDIDATES = tuple(candidates("bac", BAC, 200, seed=5))
FILE: Mapping[str, Candidate] = {one.seat: one for one in CANDIDATES}
CALLS = Mix(ussd=1, sms=0, whatsapp=0, telegram=0)
Answer = web.StreamResponse


def expected_screen(seat: str) -> str:
    """The screen for this seat according to the file."""
    one = FILE.get(seat)
    if one is None:
        return f"Le numéro de table {seat} {UNKNOWN} publiée."
    return f"BAC 2026, table {seat} :\n{one.decision}\n{one.mention}\n1 Autre numéro"


def of_another(seat: str) -> str:
    """The result of somebody who obtained something else, under this seat."""
    mine = FILE.get(seat)
    other = next(one for one in CANDIDATES if mine is None or one.decision != mine.decision)
    return expected_screen(other.seat).replace(other.seat, seat)


class ResultsDay:
    """`behaves` chooses how each seat is answered; `asked` counts the chosen ways."""

    def __init__(self, behaves: Callable[[str], str]) -> None:
        self._behaves = behaves
        self.asked: Counter[str] = Counter()
        self.address, self.gateway, self.pause = "", 0, 0.0  # pause in seconds, before the first screen of a call
        self._sending: set[asyncio.Task[None]] = set()

    async def ussd(self, request: web.Request) -> Answer:
        text = str((await request.post())["text"])
        typed = text.split("*") if text else []
        await asyncio.sleep(0 if typed else self.pause)
        if len(typed) < 3:
            screen = [HOME, EXAMS[0], EXAMS[1]][len(typed)]
            if typed[1:] == ["2"]:
                screen = "CON Numéro de table ?"
            return web.Response(text=screen)
        return await self._seat(request, typed[-1])

    async def telegram(self, request: web.Request) -> Answer:
        seat = (await request.json())["message"]["text"].split()[-1]
        screen = HINT if len(seat) < 3 else expected_screen(seat)
        return web.json_response({"method": "sendMessage", "text": screen.removeprefix("CON ")})

    async def sms(self, request: web.Request) -> Answer:
        form = await request.post()
        self._send("/version1/messaging", str(form["from"]), str(form["text"]))
        return web.Response(text="OK")

    async def whatsapp(self, request: web.Request) -> Answer:
        message = json.loads(await request.text())["entry"][0]["changes"][0]["value"]["messages"][0]
        self._send("/whatsapp/1/messages", message["from"], message["text"]["body"])
        return web.Response()

    async def close(self) -> None:
        """End the messages that are still on their way."""
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    async def _seat(self, request: web.Request, seat: str) -> Answer:
        if len(seat) < 3:
            return web.Response(text=HINT)
        way = self._behaves(seat)
        self.asked[way] += 1
        match way:
            case "late":
                await asyncio.sleep(PATIENCE)
            case "closes":
                assert request.transport
                request.transport.close()
            case "stops half way":
                assert request.transport
                request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nCON BAC")
                request.transport.close()
            case "says no length":
                answer = web.StreamResponse()
                await answer.prepare(request)
                await answer.write(b"CON BAC")
                return answer
            case "500" | "403" | "503":
                return web.Response(status=int(way))
        answered = web.Response(text=_screen_for(way, seat))
        if way == "right, and hangs up":
            answered.force_close()
        return answered

    def _send(self, path: str, phone: str, text: str) -> None:
        if not self.gateway:
            return
        task = asyncio.create_task(self._sent(path, phone, text))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _sent(self, path: str, phone: str, text: str) -> None:
        """Send the answer to the gateway of the load test: once, twice, of another seat, or never."""
        written = text.rsplit(maxsplit=1)[-1]
        way = self._behaves(seat := written.replace("-", ""))
        self.asked[way] += 1
        message = {"wrong": of_another(seat), "full": SORRY}.get(way, expected_screen(seat)).replace(seat, written)
        body: Any = {"to": phone, "message": message}
        if path.startswith("/whatsapp"):
            body = json.dumps({"to": phone, "type": "text", "text": {"body": message}})
        async with aiohttp.ClientSession(f"http://127.0.0.1:{self.gateway}") as session:
            for _ in range({"never": 0, "twice": 2}.get(way, 1)):
                async with session.post(path, data=body) as answer:
                    assert answer.ok


def _screen_for(way: str, seat: str) -> str:
    screens = {
        "another's": f"CON {of_another(seat)}",
        "of a longer seat": f"CON {expected_screen(seat).replace(seat, seat + '1')}",
        "of no seat": f"CON {expected_screen(seat).replace(seat, '')}",
        "two verdicts": f"CON {expected_screen(seat)}\nAdmis(e)\nRefusé(e)",
        "full": f"END {SORRY} pour le moment.",
        "full, politely": f"END {CROWDED} en ce moment. Rappelez dans 5 minutes.",
        "not a screen": expected_screen(seat),
    }
    return screens.get(way, f"CON {expected_screen(seat)}")


@asynccontextmanager
async def results_day(behaves: Callable[[str], str] = lambda seat: "right") -> AsyncIterator[ResultsDay]:
    """The server, listening as long as this context lasts."""
    day, app = ResultsDay(behaves), web.Application()
    app.router.add_post("/ussd/africastalking/demo", day.ussd)
    app.router.add_post("/sms/africastalking/demo", day.sms)
    app.router.add_post("/whatsapp", day.whatsapp)
    app.router.add_post("/telegram", day.telegram)
    server = TestServer(app)
    await server.start_server(shutdown_timeout=0.1)
    try:
        day.address = f"http://127.0.0.1:{server.port}"
        yield day
    finally:
        await day.close()
        await server.close()


def plan(day: ResultsDay, **more: Any) -> Plan:
    """A short load test of many look-ups."""
    short: dict[str, Any] = {"look_ups": 40, "seconds": 0.2, "rate": 2000.0, "connections": 8, "patience": PATIENCE}
    return Plan(CANDIDATES, day.address, **{**short, **more})


def hush(_: str) -> None:
    """Print no progress."""
