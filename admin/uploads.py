"""Files that operators send with a form."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from admin.templating import form
from results.importing.service import InvalidInput


@asynccontextmanager
async def uploaded_file(request: web.Request) -> AsyncIterator[Path]:
    """Save the uploaded file for the duration of this context only, because it may name people. Raises InvalidInput."""
    sent = (await form(request)).get("file")
    if not isinstance(sent, web.FileField):
        raise InvalidInput("Choisissez d'abord le fichier.")
    with TemporaryDirectory(prefix="zin-") as folder:
        file = Path(folder, _plain(sent.filename))
        await asyncio.to_thread(_copy, sent, file)
        yield file


def _plain(name: str) -> str:
    """Return a safe file name, whatever name the browser sent."""
    return re.sub(r"[^\w. -]", "_", Path(name).name)[-60:].lstrip(".") or "fichier"


def _copy(sent: web.FileField, file: Path) -> None:
    with file.open("wb") as stored:
        shutil.copyfileobj(sent.file, stored)
