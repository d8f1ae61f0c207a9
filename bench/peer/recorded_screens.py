"""Asks Zin for the screens that the peer shall show, so that both send the same texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import Final
from urllib.parse import urlencode
from urllib.request import urlopen

from bench.calls import RESULTS, Call
from bench.load import FIRST_TIME, RETURNING

# The peer's name of a screen, and what is typed to reach it.
RETURNING_SCREENS: Final = {"home": "", "services": "1", "exams": "3", "seat": "3*1", "help": "7"}
sessions = count()


def record_screens(address: str) -> str:
    """Return the screens and the results as JSON, without the word that keeps the call open or ends it."""
    screens = {name: ask(address, next(RETURNING), typed) for name, typed in RETURNING_SCREENS.items()}
    screens["languages"] = ask(address, next(FIRST_TIME), "")
    results = {seat_of(call): ask(address, next(RETURNING), "*".join(call.inputs)) for call in RESULTS}
    return json.dumps({"screens": screens, "results": results})


def seat_of(call: Call) -> str:
    """Return the seat that is typed in a call for a result."""
    return call.inputs[-1]


def ask(address: str, number: int, typed: str) -> str:
    """Return the screen after these inputs: one request for each, as the gateway sends them."""
    session, inputs, text = next(sessions), typed.split("*") if typed else [], ""
    for typed_so_far in range(len(inputs) + 1):
        form: Mapping[str, str] = {
            "phoneNumber": f"+22901{number}",
            "serviceCode": "*384*229#",
            "sessionId": f"screens_{session}",
            "text": "*".join(inputs[:typed_so_far]),
        }
        with urlopen(address, urlencode(form).encode(), timeout=10) as answer:
            text = answer.read().decode()
    opens, _, screen = text.partition(" ")
    assert opens == "CON", text
    return screen
