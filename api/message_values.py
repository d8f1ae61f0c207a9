"""Checks the values of a message against its file, so that every text is one that was reviewed and counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from api.problems import FieldError
from catalog.message_files import MessageFile, MessageValue

WEB_ADDRESS: Final = re.compile(r"://|\bwww\.|\b[a-z0-9-]+\.(?:com|net|org|info|io|bj|ly|me)\b", re.IGNORECASE)


def value_faults(file: MessageFile, values: Mapping[str, str], place: str) -> Iterator[FieldError]:
    """Yield what is wrong with these values, which stand at this place in the body."""
    for name in file.values:
        if name not in values:
            yield FieldError(field=f"{place}.{name}", message="il manque cette valeur")
    for name, value in values.items():
        if name not in file.values:
            yield FieldError(field=f"{place}.{name}", message="le modèle n'a pas cette valeur")
        elif wrong := _wrong(file.values[name], value):
            yield FieldError(field=f"{place}.{name}", message=wrong)


def _wrong(wanted: MessageValue, value: str) -> str:
    """Return what is wrong with one value, "" if nothing is."""
    if wanted.form == "date":
        return "" if _is_day(value) else "écrivez la date comme 2026-12-31"
    longest = wanted.at_longest
    if wanted.form in ("money", "number"):
        is_number = value.isascii() and value.isdigit() and len(value) <= len(longest)
        return "" if is_number else f"écrivez un nombre entier en chiffres, {len(longest)} au plus"
    if not value.strip() or not value.isprintable():
        return "écrivez un texte d'une ligne"
    if WEB_ADDRESS.search(value):
        return "une adresse web n'a pas sa place dans une valeur : elle s'écrit dans le modèle"
    return f"{len(longest)} caractères au plus" if len(value) > len(longest) else ""


def _is_day(value: str) -> bool:
    try:
        return len(value) == len("2026-12-31") and bool(date.fromisoformat(value))
    except ValueError:
        return False
