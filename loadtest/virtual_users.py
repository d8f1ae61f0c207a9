"""Citizens, one a look-up: what each sends, screen after screen, until it is known what the answer is worth.

A citizen is a script: it yields the next request, is sent what came back, and returns how its look-up ended. Nobody
knows the menus by heart: the number of an option is read on the screen, under its words; who dials all at once does so
by numbers that another citizen read just before the rehearsal.
"""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Generator, Iterator
from functools import lru_cache
from typing import Final, Literal

from loadtest.answer_parser import AnswerParser
from loadtest.fake_gateways import FakeGateways
from loadtest.http_pool import Reply
from loadtest.menu_navigation import NEWS, MenuPath, number_under
from loadtest.plan import LoadTestImpossible, Plan
from loadtest.request_builders import RequestBuilder
from loadtest.scenarios import LookUp

# "awaited": its answer is to come by a message; "taken": nobody can see what it is answered.
Ended = Literal["right", "wrong", "shed", "error", "awaited", "taken"]
Script = Generator[bytes, Reply, Ended]
MAX_SCREENS: Final = 12  # until the seat is asked for
NUMBERS: Final = 10_000_000  # 01 00 00 00 00 to 01 09 99 99 99
SEATLESS: Final = "\0"  # in no text
CHATS: Final = 10**15  # far above the ids that Telegram gives


class Unanswered(Exception):
    """No screen came, or that of a full service."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended)
        self.ended = ended


class Citizens:
    """Makes the script of each look-up. Names of sessions and messages are new in each rehearsal."""

    def __init__(self, plan: Plan, envelopes: RequestBuilder, reader: AnswerParser, mail: FakeGateways | None) -> None:
        self._exam, self._write, self._reader, self._mail = plan.exam, envelopes, reader, mail
        self._way = MenuPath(plan.label)
        self._step = lru_cache(256)(self._way.step)
        self._mark = secrets.token_hex(5)
        self._numbers: Iterator[int] = itertools.count(secrets.randbelow(NUMBERS))
        self._dialled = ""

    def script(self, look_up: LookUp, due: float) -> Script:
        """What this citizen does; due is when the loop's clock says that the look-up was asked."""
        number = next(self._numbers)
        match look_up.channel:
            case "ussd" if look_up.dialled and self._dialled:
                return self._dials(look_up, number)
            case "ussd":
                return self._calls(look_up, number)
            case "telegram":
                return self._chats(look_up, number)
            case "sms" | "whatsapp":
                return self._writes(look_up, number, due)

    def scout(self) -> Generator[bytes, Reply, None]:
        """The call that reads the numbers to dial. Raises LoadTestImpossible when the exam cannot be come to."""
        try:
            typed = yield from self._to_the_seat(next(self._numbers))
        except Unanswered as nothing:
            if nothing.ended == "wrong":
                raise LoadTestImpossible(f"Aucun écran ne mène à « {self._way.exam} » : est-il annoncé ?") from None
            raise LoadTestImpossible(
                "Le serveur ne répond pas à un appel : adresse et secret sont-ils bons ?"
            ) from None
        self._dialled = "*".join(one for one, dialled in typed if dialled)

    def ask_for_news(self, number: int, seat: str) -> Generator[bytes, Reply, str]:
        """Call about a seat that is not published yet, and ask to be written to; gives the phone. Raises Unanswered."""
        typed = yield from self._to_the_seat(number)
        text = "*".join([*(one for one, _ in typed), seat])
        screen = yield from self._hop(number, text)
        option = number_under(screen, NEWS)
        if not option:
            raise Unanswered("wrong")
        yield from self._hop(number, f"{text}*{option}")
        return phone_of(number)

    def _dials(self, look_up: LookUp, number: int) -> Script:
        text = f"{self._dialled}*{look_up.slip or look_up.seat}"
        return self._seat_given(look_up, number, text)

    def _calls(self, look_up: LookUp, number: int) -> Script:
        try:
            typed = yield from self._to_the_seat(number)
        except Unanswered as nothing:
            return nothing.ended
        text = "*".join([*(one for one, _ in typed), look_up.slip or look_up.seat])
        return (yield from self._seat_given(look_up, number, text))

    def _to_the_seat(self, number: int) -> Generator[bytes, Reply, list[tuple[str, bool]]]:
        """Call, and go on until the seat is asked for; gives what was typed, and whether who dials types it too."""
        typed: list[tuple[str, bool]] = []
        screen = yield from self._hop(number, "")
        while len(typed) < MAX_SCREENS and (step := self._step(screen)):
            typed.append((step.typed, step.dialled))
            screen = yield from self._hop(number, "*".join(one for one, _ in typed))
            if step.last:
                return typed
        raise Unanswered("shed" if self._reader.read(screen, SEATLESS).kind == "shed" else "wrong")

    def _seat_given(self, look_up: LookUp, number: int, text: str) -> Script:
        """Give the seat, once more after a slip."""
        try:
            screen = yield from self._hop(number, text)
            if look_up.slip:
                if (told := self._reader.read(screen, look_up.slip)).kind != "other":
                    return "shed" if told.kind == "shed" else "wrong"
                screen = yield from self._hop(number, f"{text}*{look_up.seat}")
        except Unanswered as nothing:
            return nothing.ended
        return self._worth(screen, look_up)

    def _hop(self, number: int, text: str) -> Generator[bytes, Reply, str]:
        """One hop of a call; gives the screen. Raises Unanswered."""
        reply = yield self._write.ussd(f"ATUid_{self._mark}{number}", phone_of(number), text)
        if reply.status != 200:
            raise Unanswered("error")
        screen = reply.body.decode("utf-8", "replace")
        if screen[:4] not in ("CON ", "END "):
            raise Unanswered("wrong")
        return screen[4:]

    def _chats(self, look_up: LookUp, number: int) -> Script:
        """Telegram, whose answer comes in the response."""
        said = [f"{self._exam} {look_up.slip or look_up.seat}", *([look_up.seat] if look_up.slip else [])]
        text = ""
        for place, words in enumerate(said):
            reply = yield self._write.telegram(2 * number + place, CHATS + number, words)
            if reply.status != 200:
                return "error"
            text = telegram_words(reply.body)
            if place < len(said) - 1 and (told := self._reader.read(text, look_up.slip)).kind != "other":
                return "shed" if told.kind == "shed" else "wrong"
        return self._worth(text, look_up)

    def _writes(self, look_up: LookUp, number: int, due: float) -> Script:
        """SMS and WhatsApp, whose answers come by messages of their own; a slip is a seat written with dashes."""
        seat = f"{look_up.slip}-{look_up.seat[len(look_up.slip) :]}" if look_up.slip else look_up.seat
        phone, write = phone_of(number), self._write.sms if look_up.channel == "sms" else self._write.whatsapp
        if self._mail:
            self._mail.expect(phone, look_up, seat, due)
        reply = yield write(f"{self._mark}{number}", phone, f"{self._exam} {seat}")
        if reply.status == 200:
            return "awaited" if self._mail else "taken"
        if self._mail and not self._mail.forget(phone):
            return "awaited"  # its answer was here already, and counted
        return "error"

    def _worth(self, text: str, look_up: LookUp) -> Ended:
        told = self._reader.read(text, look_up.seat)
        return "right" if told == look_up.expected else "shed" if told.kind == "shed" else "wrong"


def phone_of(number: int) -> str:
    """The number in international form, without its plus."""
    return f"22901{number % NUMBERS:08}"


def telegram_words(body: bytes) -> str:
    """What the bot answers in its response; "" where it answers nothing."""
    try:
        told = json.loads(body or b"{}")
    except ValueError:
        return ""
    text = told.get("text", "") if isinstance(told, dict) else ""
    return text if isinstance(text, str) else ""
