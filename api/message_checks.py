"""Checks a message that a ministry's system asks for: its template, purpose, times, numbers and values."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from api.message_models import NewMessage
from api.message_store import Person
from api.message_values import value_faults
from api.problems import MAX_ERRORS, ApiProblem, FieldError
from catalog.message_files import MessageFile, MessageFiles
from channels.contracts.phone_numbers import normalize_number
from state.errors import BadRequest

DAY: Final = 24 * 3600 * 1000  # milliseconds
CHECKED_AT_ONCE: Final = 100  # recipients before other tasks get their turn: a millisecond
MAX_AHEAD, MAX_LIFE = 30 * DAY, 7 * DAY  # from now to send_at, and from there to expires_at


def find_template(files: MessageFiles, ministry: str, body: NewMessage) -> MessageFile:
    """Return the file of the message, if this ministry may send it. Raises ApiProblem."""
    file = files.get(body.template)
    if file is None or file.ministry != ministry:
        known = ", ".join(sorted(name for name, one in files.items() if one.ministry == ministry)) or "aucun"
        raise _invalid("template", f"ce modèle n'est pas à ce ministère ; il a : {known}")
    if body.purpose not in file.purposes:
        raise _invalid("purpose", f"ce modèle sert à : {', '.join(file.purposes)}")
    return file


def check_times(seconds: float, body: NewMessage) -> tuple[int, int]:
    """Return when to send it and when it expires, in Unix milliseconds. Raises ApiProblem."""
    now = round(seconds * 1000)
    send_at = max(now, _milliseconds(body.send_at) if body.send_at else now)
    if send_at > now + MAX_AHEAD:
        raise _invalid("send_at", "trente jours d'avance au plus")
    expires_at = _milliseconds(body.expires_at) if body.expires_at else send_at + DAY
    if expires_at <= send_at:
        raise _invalid("expires_at", "il faut une heure après send_at, et pas encore passée")
    if expires_at > send_at + MAX_LIFE:
        raise _invalid("expires_at", "sept jours après send_at au plus")
    return send_at, expires_at


async def check_people(body: NewMessage, file: MessageFile) -> list[Person]:
    """Return the recipients with all their values. Raises ApiProblem with the first faults."""
    people, faults = list[Person](), list[FieldError]()
    first: dict[str, int] = {}
    for number, one in enumerate(body.to):
        person = Person(_phone(one.phone), {**body.values, **one.values})
        faults += _faults(person, file, number, first.setdefault(person.phone, number))
        if len(faults) >= MAX_ERRORS:
            break
        people.append(person)
        if number % CHECKED_AT_ONCE == 0:
            await asyncio.sleep(0)
    if faults:
        raise ApiProblem(
            "invalid", "Rien n'est envoyé : corrigez ces champs, puis renvoyez la requête.", faults[:MAX_ERRORS]
        )
    return people


def _faults(person: Person, file: MessageFile, number: int, first: int) -> Iterator[FieldError]:
    if not person.phone:
        yield FieldError(field=f"to.{number}.phone", message="ce numéro de téléphone est impossible")
    elif first != number:
        yield FieldError(field=f"to.{number}.phone", message=f"ce numéro est déjà dans to.{first}")
    yield from value_faults(file, person.values, f"to.{number}.values")


def _phone(written: str) -> str:
    """Return the number in E.164, "" if it is impossible."""
    try:
        return normalize_number(written)
    except BadRequest:
        return ""


def _invalid(field: str, message: str) -> ApiProblem:
    text = "Rien n'est envoyé : corrigez ce champ, puis renvoyez la requête."
    return ApiProblem("invalid", text, [FieldError(field=field, message=message)])


def _milliseconds(hour: datetime) -> int:
    return round(hour.timestamp() * 1000)
