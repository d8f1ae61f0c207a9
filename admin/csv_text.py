"""CSV for a French spreadsheet: semicolons, UTF-8 with a BOM, and no cell that a spreadsheet would calculate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aiohttp import web

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_answer(name: str, rows: Iterable[Iterable[object]]) -> web.Response:
    """Return the file of this name, with its headings as the first row."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text=csv_text(rows), content_type="text/csv", charset="utf-8", headers=headers)


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Return the rows as CSV."""
    return "\ufeff" + "".join(";".join(map(_cell, row)) + "\r\n" for row in rows)


def _cell(value: object) -> str:
    text = str(value)
    safe = f"'{text}" if text.startswith(FORMULA) else text
    return '"' + safe.replace('"', '""') + '"' if any(sign in safe for sign in ';"\r\n') else safe
