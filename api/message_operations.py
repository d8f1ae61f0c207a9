"""POST /messages: a text of menus/messages to one citizen or to a list; GET says where it is.

Everything is checked before anything is stored. Whether a citizen may be written to is decided when the message leaves
(api/message_dispatch.py), so that a STOP in between holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from api.message_checks import check_people, check_times, find_template
from api.message_models import Count, Counts, MessageReceipt, MessageStatus, NewMessage, ReferenceQuery
from api.message_store import AskedMessage, OverBudget, ReferenceTaken, StoredMessage
from api.operations import Call, Operation
from api.problems import ApiProblem
from catalog.message_texts import most_parts
from reporting.french import format_number
from reporting.time_zone import zone

MAX_BODY: Final = 4 * 1024 * 1024  # bytes: 10 000 recipients with 400 each
# How a recipient counts, by its state in the outbox; one whose row is gone was sent long ago.
TAKEN: Final[Mapping[str | None, Count]] = {
    "queued": "waiting",
    "sending": "waiting",
    "sent": "sent",
    "delivered": "delivered",
    "failed": "failed",
    "expired": "expired",
    "cancelled": "failed",
    None: "sent",
}
OWN: Final[Mapping[str, Count]] = {
    "waiting": "waiting",
    "delivered": "delivered",
    "expired": "expired",
    "refused": "refused",
}


async def send_message(call: Call, body: NewMessage) -> MessageReceipt:
    """Store a message to be sent, or return the one that was stored before for the same request. Raises ApiProblem."""
    content = body.model_dump_json()
    if stored := await _repeated(call, body.reference, content):
        return MessageReceipt(**_shown(stored))
    file = find_template(call.services.entries().messages, call.key.ministry, body)
    send_at, expires_at = check_times(call.services.clock(), body)
    people = await check_people(body, file)
    asked = AskedMessage(
        key=call.key,
        reference=body.reference,
        content=content,
        template=body.template,
        purpose=body.purpose,
        parts=len(people) * most_parts(file, call.services.menus()),
        send_at=send_at,
        expires_at=expires_at,
        people=people,
    )
    return MessageReceipt(**_shown(await _accept(call, asked)))


async def read_message(call: Call, body: None) -> MessageStatus:
    """Return a message by its id, with its counts. Raises ApiProblem."""
    return await _status(call, await call.services.messages.find(call.key, call.path["id"]))


async def find_message(call: Call, body: None) -> MessageStatus:
    """Return a message by the ministry's reference, with its counts. Raises ApiProblem."""
    return await status_of(call, call.query.reference)


async def status_of(call: Call, reference: str) -> MessageStatus:
    """Return the message with this reference of the ministry, with its counts. Raises ApiProblem."""
    return await _status(call, await call.services.messages.find_reference(call.key, reference))


async def _repeated(call: Call, reference: str, content: str) -> StoredMessage | None:
    try:
        return await call.services.messages.repeated(call.key, reference, content)
    except ReferenceTaken:
        raise _taken(reference) from None


async def _accept(call: Call, asked: AskedMessage) -> StoredMessage:
    try:
        return await call.services.messages.accept(asked)
    except ReferenceTaken:
        raise _taken(asked.reference) from None
    except OverBudget as over:
        most, left, more = map(format_number, (asked.key.parts_per_day, over.left, asked.parts))
        text = (
            f"Ce message demande {more} parties de SMS, et il en reste {left} sur {most} aujourd'hui : réduisez la "
            "liste, attendez demain, ou demandez un budget plus grand."
        )
        raise ApiProblem("over-budget", text) from None


def _taken(reference: str) -> ApiProblem:
    text = f"Un autre message a déjà la référence « {reference} » : prenez-en une autre pour celui-ci."
    return ApiProblem("conflict", text)


async def _status(call: Call, message: StoredMessage | None) -> MessageStatus:
    if message is None:
        raise ApiProblem("not-found", "Ce ministère n'a pas de message à ce nom ; Zin les garde trente jours.")
    counts = _counts(await call.services.messages.counts(message))
    return MessageStatus(**_shown(message), counts=counts)


def _counts(rows: Sequence[Mapping[str, object]]) -> Counts:
    found: dict[str, int] = dict.fromkeys(Counts.model_fields, 0)
    for row in rows:
        taken = "refused" if row["because"] == "stopped" else TAKEN[row["taken"]]  # type: ignore[index]
        found[OWN.get(str(row["state"]), taken)] += int(str(row["many"]))
    return Counts(**found)


def _shown(message: StoredMessage) -> dict[str, object]:
    times = {name: _hour(getattr(message, name)) for name in ("created_at", "send_at", "expires_at")}
    names = ("id", "reference", "mode", "template", "purpose", "recipients", "parts")
    return {**{name: getattr(message, name) for name in names}, **times}


def _hour(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds // 1000, zone())


OPERATIONS: Final = (
    Operation(
        name="sendMessage",
        method="POST",
        path="/messages",
        summary="Envoyer un message à un citoyen ou à une liste",
        run=send_message,
        answer=MessageReceipt,
        status=202,
        scope="messages",
        body=NewMessage,
        max_bytes=MAX_BODY,
        problems=("conflict", "over-budget"),
    ),
    Operation(
        name="findMessage",
        method="GET",
        path="/messages",
        summary="Retrouver un message par votre référence",
        run=find_message,
        answer=MessageStatus,
        scope="messages",
        query=ReferenceQuery,
        problems=("not-found",),
    ),
    Operation(
        name="readMessage",
        method="GET",
        path="/messages/{id}",
        summary="Savoir où en est un message",
        run=read_message,
        answer=MessageStatus,
        scope="messages",
        problems=("not-found",),
    ),
)
