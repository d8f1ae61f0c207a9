"""What no citizen sees of a screen: where it is written, what it takes of the phone's room, and what left besides."""

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
    """The screen that a session shows, for who looks over the citizen's shoulder."""
    file, where = find_source(line, session.screen)
    edition = line.menus.current
    return {
        "screen": session.screen,
        "file": file,
        "line": where,
        "page": session.page + 1,
        "pages": session.pages,
        "closes": session.closed,
        "language": edition.menu(session.language).wording.language.code,
        **measure_text(session.text, room),
    }


def find_source(line: Sandbox, screen: str) -> tuple[str, int]:
    """The menu file in which an operator wrote this screen, and the line."""
    journey, _, short = screen.partition(".")
    written = line.menus.current.journeys.files.get(journey)
    if written is None:
        return "", 0
    place = written.document.problem_at(("screens", short), "")
    path = Path(place.file)
    return f"{path.parent.name}/{path.name}", place.line


def measure_text(text: str, room: ScreenSize) -> JsonObject:
    """What a text takes of this room, in the encoding in which it travels."""
    narrow = in_gsm(text) and room.kind != "chat"
    used, most = (septets(text), room.septets) if narrow else (utf16_units(text), room.units)
    encoding = "UTF-8" if room.kind == "chat" else "GSM 7 bits" if narrow else "UCS-2"
    return {"used": used, "room": most, "encoding": encoding, "unit": "septets" if narrow else "signes"}


async def sent_messages(line: Sandbox, at: SandboxPhone, since: int, now: int) -> list[JsonObject]:
    """The messages to this phone that would have left since a moment, the oldest first; in Unix milliseconds."""
    await line.database.write(OLD, since=now - RETENTION_MILLISECONDS)
    rows = await line.database.rows(SENT, since=since)
    found = [(row, _opened(line, row)) for row in reversed(rows)]
    return [_message(line, row, address) for row, address in found if (row["gateway"], address) in at.addresses]


def _opened(line: Sandbox, row: Row) -> str:
    """An address; "" for one that was sealed with a secret of yesterday."""
    try:
        return line.seal.decrypt(row["address"], "outbox", row["key"])
    except ZinError:
        return ""


async def pending_messages(line: Sandbox, at: SandboxPhone) -> int:
    """How many messages this phone was promised for later."""
    return len(await line.database.rows(PENDING, **line.citizens(at)))


def _message(line: Sandbox, row: Mapping[str, Any], address: str) -> JsonObject:
    gateway, text, card = row["gateway"], row["text"], decode_card(row["card"])
    told = {"key": row["key"], "gateway": gateway, "at": row["posted_at"], "text": text}
    return told | (_paid(line, text) if gateway == "sms" else {"looks": _looks(gateway, address, text, card)})


def _paid(line: Sandbox, text: str) -> JsonObject:
    """The parts of an SMS, and their price in F CFA; None where nobody said it."""
    parts, price = split_sms(text), line.settings.sms_price
    cost = round(price * len(parts), 2) if price else None
    return {"parts": parts, "cost": cost, "encoding": "GSM 7 bits" if in_gsm(text) else "UCS-2"}


def _looks(gateway: str, address: str, text: str, card: Card | None) -> JsonObject:
    """The message as the gateway is told it."""
    if gateway == "telegram":
        return sender.outgoing(address, text, card)
    return whatsapp_sender.outgoing(text, card)
