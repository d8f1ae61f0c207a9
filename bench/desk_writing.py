"""Measures how soon the desk shows what somebody types: the seconds of one key, before anything is saved."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import unescape
from time import perf_counter

from authoring.translating.texts import text_id
from bench.many_menus import SERVICE

TYPED = 0.5  # seconds allowed between a key and the phone beside it
SCREEN = "ecran/services.which_theme"
TRANSLATION = f"traduire/fon/{text_id('Quel examen ?', '')}"
TRANSLATING = ("traduire", "traduire/fon", TRANSLATION)
FIELD = re.compile(r'<(?:input|textarea)[^>]* name="([^"]+)"[^>]*?(?: value="([^"]*)"[^>]*>|>\n?([^<]*)</textarea>)')
Read = Callable[[str], Awaitable[str]]
Write = Callable[[str, Mapping[str, str]], Awaitable[str]]


async def typing(read: Read, write: Write, rounds: int) -> Sequence[tuple[str, list[float], float]]:
    """Measure the seconds until what is typed is on the phone; read and write take the path of a page."""
    texts = [f"Chercher comment, {number} ?" for number in range(rounds)]
    prices = [str(100_000 + number) for number in range(rounds)]
    say = await _timed(read, write, (SCREEN, "texte.say"), {text: text for text in texts})
    price = (f"services/{SERVICE}", "cost.value")
    cost = await _timed(read, write, price, {one: f"{int(one):,} F".replace(",", " ") for one in prices})
    words = [f"Kpɔ́n {number}" for number in range(rounds)]  # folded on a phone: Kpon 0
    said = await _timed(read, write, (TRANSLATION, "forme.0"), {one: one.replace("ɔ́", "o") for one in words})
    return [
        ("a typed text, on the phone", say, TYPED),
        ("a typed price, on the phone", cost, TYPED),
        ("a typed translation, on the phone", said, TYPED),
    ]


async def _timed(read: Read, write: Write, field: tuple[str, str], shown: Mapping[str, str]) -> list[float]:
    """Return the seconds of each typed value; shown is what the page must have for it."""
    path, name = field
    form = {key: unescape(one or several) for key, one, several in FIELD.findall(await read(path))}
    times = []
    for value, text in shown.items():
        since = perf_counter()
        page = await write(path, {**form, name: value, "action": "voir"})
        times.append(perf_counter() - since)
        assert f"{text}" in unescape(page.partition('data-part="telephones"')[2]), path
    return times
