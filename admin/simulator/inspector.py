"""Details of a screen that citizens do not see: its place in the file, its size, and the messages that would be
sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import bindparam, delete, or_, select

from admin.simulator.sandbox import Sandbox, SandboxPhone
from channels.contracts.sender import GATEWAYS
from channels.outbox.column_values import decode_card
from channels.telegram import sender
from channels.whatsapp import sender as whatsapp_sender
from database import tables
from database.interface import Row
from state.country import country
from state.errors import ZinError
from state.interfaces import Card, ScreenSize
from state.session import Session
from state.text.encoding import in_gsm, septets, utf16_units
from state.text.sms_parts import split_sms

_O, _P = tables.outbox.c, tables.promises.c
MAX_MESSAGES: Final = 200  # messages looked at
RETENTION_MILLISECONDS: Final = 24 * 3600 * 1000  # milliseconds: what was posted before is forgotten
SENT = (
    select(tables.outbox)
    .where(_O.posted_at >= bindparam("since"))
    .order_by(_O.posted_at.desc(), _O.key)
    .limit(MAX_MESSAGES)
)
OLD = delete(tables.outbox).where(_O.posted_at < bindparam("since")).returning(_O.key)
PENDING = (
    select(_P.key)
    .where(or_(*(_P.citizen == bindparam(one) for one in GATEWAYS)), _P.kind != "message")
    .limit(MAX_MESSAGES)
)
JsonObject = dict[str, Any]


def screen_details(line: Sandbox, session: Session, room: ScreenSize) -> JsonObject:
    """Return the details of the screen that a session shows."""
    file, where = find_source(line, session.screen)
    edition = line.menus.current
    return {
        "screen": session.screen,
        "file": file,
        "line": where,
        "page": session.page + 1,
        "pages": session.pages,
        "closes": session.closed,
        "language": edition.menu(session.language.chosen).wording.language.code,
        **measure_text(session.text, room),
    }


def find_source(line: Sandbox, screen: str) -> tuple[str, int]:
    """Return the menu file of this screen, and the line."""
    journey, _, short = screen.partition(".")
    written = line.menus.current.journeys.files.get(journey)
    if written is None:
        return "", 0
    place = written.document.problem_at(("screens", short), "")
    path = Path(place.file)
    return f"{path.parent.name}/{path.name}", place.line


def measure_text(text: str, room: ScreenSize) -> JsonObject:
    """Return the size of a text and the limit of the screen, in the encoding it is sent in."""
    narrow = in_gsm(text) and room.kind != "chat"
    used, most = (septets(text), room.septets) if narrow else (utf16_units(text), room.units)
    encoding = "UTF-8" if room.kind == "chat" else "GSM 7 bits" if narrow else "UCS-2"
    return {"used": used, "room": most, "encoding": encoding, "unit": "septets" if narrow else "signes"}


async def sent_messages(line: Sandbox, at: SandboxPhone, since: int, now: int) -> list[JsonObject]:
    """Return the messages to this phone since a moment, the oldest first; times in Unix milliseconds."""
    await line.database.write(OLD, since=now - RETENTION_MILLISECONDS)
    rows = await line.database.rows(SENT, since=since)
    found = [(row, _opened(line, row)) for row in reversed(rows)]
    return [_message(line, row, address) for row, address in found if (row["gateway"], address) in at.addresses]


def _opened(line: Sandbox, row: Row) -> str:
    """Decrypt an address; "" if it was encrypted with an old secret."""
    try:
        return line.seal.decrypt(row["address"], "outbox", row["key"])
    except ZinError:
        return ""


async def pending_messages(line: Sandbox, at: SandboxPhone) -> int:
    """Return the number of deferred messages of this phone."""
    return len(await line.database.rows(PENDING, **line.citizens(at)))


def _message(line: Sandbox, row: Mapping[str, Any], address: str) -> JsonObject:
    gateway, text, card = row["gateway"], row["text"], decode_card(row["card"])
    message = {"key": row["key"], "gateway": gateway, "at": row["posted_at"], "text": text}
    return message | (_paid(line, text) if gateway == "sms" else {"looks": _looks(gateway, address, text, card)})


def _paid(line: Sandbox, text: str) -> JsonObject:
    """Return the parts of an SMS and their price; None if no price is set."""
    parts, price = split_sms(text), line.settings.sms_price
    cost = round(price * len(parts), 2) if price else None
    return {
        "parts": parts,
        "cost": cost,
        "currency": country().currency.name,
        "encoding": "GSM 7 bits" if in_gsm(text) else "UCS-2",
    }


def _looks(gateway: str, address: str, text: str, card: Card | None) -> JsonObject:
    """Return the message in the format of the gateway."""
    if gateway == "telegram":
        return sender.outgoing(address, text, card)
    return whatsapp_sender.outgoing(text, card)
