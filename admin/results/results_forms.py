"""Parses the forms of the results pages: a file and its session, an approval, the hour of a publication."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from admin.templating import form
from results.approval import ExamSession
from results.approval_sample import MAX_SEATS
from results.importing.approver_input import parse_hour
from results.importing.service import InvalidInput

SESSION: Final = re.compile(r"[a-z0-9]{0,20}")
YEAR: Final = re.compile(r"20[0-9]{2}")
MAX_DELAY_SECONDS: Final = 60.0  # seconds that may pass between the choice of an hour and its arrival here


@dataclass(frozen=True, slots=True)
class PublicationForm:
    """The form of a publication: its hour in Unix seconds, its department, "" for all, and why it replaces another."""

    at: float
    department: str
    why: str


async def read_text_fields(request: web.Request) -> Mapping[str, str]:
    """Return the text fields of a form without invisible characters; missing fields are left out."""
    return {name: _seen(value) for name, value in (await form(request)).items() if isinstance(value, str)}


async def read_session(request: web.Request) -> ExamSession:
    """Return the exam session of an import form. Raises InvalidInput."""
    given = await read_text_fields(request)
    year, session = given.get("year", ""), given.get("session", "")
    if not YEAR.fullmatch(year):
        raise InvalidInput("L'année s'écrit en quatre chiffres, comme 2026.")
    if not SESSION.fullmatch(session):
        raise InvalidInput(
            "Le nom d'une session n'a que des lettres minuscules, sans accent, et des chiffres : 20 au plus."
        )
    return ExamSession(given.get("exam", ""), int(year), session)


async def read_approval(request: web.Request) -> tuple[str, dict[str, str]]:
    """Return the checksum of the original file, and the chosen verdicts by seat."""
    given = await read_text_fields(request)
    places = range(MAX_SEATS)
    return given.get("sha256", ""), {
        given.get(f"seat-{place}", ""): given.get(f"verdict-{place}", "") for place in places
    }


async def read_publication(request: web.Request) -> PublicationForm:
    """Parse the form of a publication; it is immediate only if that was chosen. Raises InvalidInput."""
    given = await read_text_fields(request)
    at, now = given.get("at", "").replace("T", " ")[:16], time.time()
    if given.get("when") == "now":
        return PublicationForm(now, given.get("department", ""), given.get("why", ""))
    if not at:
        raise InvalidInput("Donnez l'heure, ou choisissez « tout de suite ».")
    if (then := parse_hour(at)) < now - MAX_DELAY_SECONDS:
        raise InvalidInput("Cette heure est passée. Pour publier maintenant, choisissez « tout de suite ».")
    return PublicationForm(then, given.get("department", ""), given.get("why", ""))


def _seen(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign == "\n").strip()
