"""The values of the outbox's columns `why` and `card`."""

from __future__ import annotations

import re
from typing import Final

import orjson

from database.column_limits import cleaned, clipped
from database.tables import outbox as columns
from state.interfaces import Card

NUMBER: Final = re.compile(r"\d(?:[ .-]?\d){5,}")  # in a gateway's reason, which may quote an address


def clean_reason(why: str) -> str:
    """A reason without numbers, cut to the length of its column."""
    return clipped(columns.c.why, NUMBER.sub("…", why))


def encode_card(card: Card | None) -> str:
    """Encode a card as JSON, "" for none."""
    if not card:
        return ""
    buttons = [(cleaned(sends), cleaned(label)) for sends, label in card.buttons]
    return orjson.dumps([cleaned(card.say), buttons]).decode()


def decode_card(stored: str) -> Card | None:
    """Decode a card; None for "" and for one that another version wrote, because the text is complete without it."""
    try:
        say, buttons = orjson.loads(stored or "null")
        return Card(str(say), tuple((str(sends), str(label)) for sends, label in buttons))
    except (TypeError, ValueError):
        return None
