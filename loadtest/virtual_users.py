"""Virtual citizens, one for each look-up: what each sends screen by screen, and how good the answer was.

A citizen is a script: a generator that yields requests, receives replies, and returns the result of the look-up. The
number of an option is read from the screen by its text. A dial-through uses the numbers that another citizen has read
just before the load test.
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
from state.country import country

# "awaited": the answer comes by message; "taken": accepted, but the answer cannot be seen.
Ended = Literal["right", "wrong", "shed", "error", "awaited", "taken"]
Script = Generator[bytes, Reply, Ended]
MAX_SCREENS: Final = 12  # before the question for the seat
NUMBERS: Final = 10_000_000  # 01 00 00 00 00 to 01 09 99 99 99
SEATLESS: Final = "\0"  # occurs in no text
CHATS: Final = 10**15  # far above real Telegram ids


class Unanswered(Exception):
    """No screen came, or the one for an overloaded service."""

    def __init__(self, ended: Ended) -> None:
        super().__init__(ended)
        self.ended = ended


class Citizens:
    """Makes the script of each look-up. Ids of sessions and messages are new in each load test."""

    def __init__(self, plan: Plan, envelopes: RequestBuilder, reader: AnswerParser, mail: FakeGateways | None) -> None:
        self._exam, self._write, self._reader, self._mail = plan.exam, envelopes, reader, mail
        self._way = MenuPath(plan.label)
        self._step = lru_cache(256)(self._way.step)
        self._mark = secrets.token_hex(5)
        self._numbers: Iterator[int] = itertools.count(secrets.randbelow(NUMBERS))
        self._dialled = ""

    def script(self, look_up: LookUp, due: float) -> Script:
        """Return the script of this look-up; `due` is the loop's time of the question."""
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
        """Read the numbers for dial-through in one call. Raises LoadTestImpossible if the exam cannot be reached."""
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
        """Call about an unpublished seat, ask for a message, and return the phone number. Raises Unanswered."""
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
        """Call up to the question for the seat; return the inputs, and whether a dial-through includes each."""
        typed: list[tuple[str, bool]] = []
        screen = yield from self._hop(number, "")
        while len(typed) < MAX_SCREENS and (step := self._step(screen)):
            typed.append((step.typed, step.dialled))
            screen = yield from self._hop(number, "*".join(one for one, _ in typed))
            if step.last:
                return typed
        raise Unanswered("shed" if self._reader.read(screen, SEATLESS).kind == "shed" else "wrong")

    def _seat_given(self, look_up: LookUp, number: int, text: str) -> Script:
        """Type the seat, after a first slip if there is one."""
        try:
            screen = yield from self._hop(number, text)
            if look_up.slip:
                if (parsed := self._reader.read(screen, look_up.slip)).kind != "other":
                    return "shed" if parsed.kind == "shed" else "wrong"
                screen = yield from self._hop(number, f"{text}*{look_up.seat}")
        except Unanswered as nothing:
            return nothing.ended
        return self._worth(screen, look_up)

    def _hop(self, number: int, text: str) -> Generator[bytes, Reply, str]:
        """Send one hop of a call, and return the screen. Raises Unanswered."""
        reply = yield self._write.ussd(f"ATUid_{self._mark}{number}", phone_of(number), text)
        if reply.status != 200:
            raise Unanswered("error")
        screen = reply.body.decode("utf-8", "replace")
        if screen[:4] not in ("CON ", "END "):
            raise Unanswered("wrong")
        return screen[4:]

    def _chats(self, look_up: LookUp, number: int) -> Script:
        """Use Telegram, where the answer is in the HTTP response."""
        messages = [f"{self._exam} {look_up.slip or look_up.seat}", *([look_up.seat] if look_up.slip else [])]
        text = ""
        for place, words in enumerate(messages):
            reply = yield self._write.telegram(2 * number + place, CHATS + number, words)
            if reply.status != 200:
                return "error"
            text = telegram_words(reply.body)
            if place < len(messages) - 1 and (parsed := self._reader.read(text, look_up.slip)).kind != "other":
                return "shed" if parsed.kind == "shed" else "wrong"
        return self._worth(text, look_up)

    def _writes(self, look_up: LookUp, number: int, due: float) -> Script:
        """Use SMS or WhatsApp, where the answer is a separate message; a slip is a seat with a dash."""
        seat = f"{look_up.slip}-{look_up.seat[len(look_up.slip) :]}" if look_up.slip else look_up.seat
        phone, write = phone_of(number), self._write.sms if look_up.channel == "sms" else self._write.whatsapp
        if self._mail:
            self._mail.expect(phone, look_up, seat, due)
        reply = yield write(f"{self._mark}{number}", phone, f"{self._exam} {seat}")
        if reply.status == 200:
            return "awaited" if self._mail else "taken"
        if self._mail and not self._mail.forget(phone):
            return "awaited"  # its answer has already arrived and was counted
        return "error"

    def _worth(self, text: str, look_up: LookUp) -> Ended:
        parsed = self._reader.read(text, look_up.seat)
        return "right" if parsed == look_up.expected else "shed" if parsed.kind == "shed" else "wrong"


def phone_of(number: int) -> str:
    """Return the number in international form, without the plus sign."""
    return country().numbers.unused_number(number)


def telegram_words(body: bytes) -> str:
    """Return the bot's answer in a response, or ""."""
    try:
        reply = json.loads(body or b"{}")
    except ValueError:
        return ""
    text = reply.get("text", "") if isinstance(reply, dict) else ""
    return text if isinstance(text, str) else ""
