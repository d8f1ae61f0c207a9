"""The style sheets and scripts of the admin site, read once: a request opens no file, however it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

from aiohttp import web

FOLDER: Final = Path(__file__).parent / "static"
TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is answered."""

    body: bytes
    content_type: str
    charset: str | None
    etag: str


def read_static() -> Mapping[str, StaticFile]:
    """Return the files by name."""
    return {path.name: _read(path) for path in FOLDER.iterdir() if path.suffix in TYPES}


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    charset = None if path.suffix == ".svg" else "utf-8"  # an image says its own
    return StaticFile(body, TYPES[path.suffix], charset, blake2b(body, digest_size=8).hexdigest())


def _whole(file: StaticFile) -> web.Response:
    return web.Response(body=file.body, content_type=file.content_type, charset=file.charset)


def add_static(site: web.Application) -> None:
    """Serve the files at /static/NAME."""
    files = read_static()

    async def serve(request: web.Request) -> web.Response:
        file = files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        known = any(one.value == file.etag for one in request.if_none_match or ())
        answer = web.Response(status=304) if known else _whole(file)
        answer.etag = file.etag
        return answer

    site.router.add_get("/static/{name}", serve)
