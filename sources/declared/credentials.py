"""Resolves what a declared source only names: addresses and secrets in settings, tokens and certificates in files.

A file is read at each call, so that a new token takes effect at once. Errors name the setting or the file, never a
value.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from catalog.source_files import Credential, HttpSourceFile, MutualTls
from httpclient.json_client import JSON
from settings import Settings
from settings.named_values import ministry_value
from state.errors import SourceUnavailable

MAX_SECRET_BYTES: Final = 16_384


class MissingValue(SourceUnavailable):
    """A setting or a file that a source needs is not there."""


class Credentials:
    """The address, headers and TLS files of one source."""

    def __init__(self, file: HttpSourceFile, settings: Settings) -> None:
        self._request, self._settings = file.request, settings
        self._tls: ssl.SSLContext | None = None
        self._tls_files: list[tuple[int, int]] = []

    @property
    def server(self) -> str:
        """Return the address without a path; "" if its setting is empty."""
        written = self._request.server
        found = written if "://" in written else ministry_value(self._settings, written)
        return found.rstrip("/")

    @property
    def is_allowed(self) -> bool:
        """Return whether this installation may ask that server."""
        return self._settings.may_reach(self.server)

    def headers(self) -> dict[str, str]:
        """Return the headers of a call. Raises MissingValue."""
        found = {"Accept": JSON}
        for name, written in self._request.headers.items():
            value = written if isinstance(written, str) else self._value(written)
            if value:
                found[name] = value
        return found

    def tls(self) -> ssl.SSLContext | None:
        """Return the TLS of the file, None for the usual one. Raises MissingValue."""
        names = self._request.tls
        if names is None:
            return None
        try:
            files = [(found.st_mtime_ns, found.st_size) for found in map(Path.stat, map(self._path, _named(names)))]
            if self._tls is None or files != self._tls_files:
                self._tls, self._tls_files = self._context(names), files
            return self._tls
        except (OSError, ssl.SSLError):  # the text of ssl's error may quote the file
            raise MissingValue(f"TLS files that cannot be used: {', '.join(_named(names))}") from None

    def missing(self) -> Iterator[str]:
        """Yield the settings and files that are needed and empty or unreadable."""
        if not self.server:
            yield self._request.server
        for one in self._request.headers.values():
            if isinstance(one, Credential) and not one.optional and not self._raw(one):
                yield one.setting or one.file or ""
        for name in _named(self._request.tls) if self._request.tls else ():
            if not self._path(name).is_file():
                yield name

    def _value(self, named: Credential) -> str:
        raw = self._raw(named)
        if not raw:
            if named.optional:
                return ""
            raise MissingValue(f"{named.setting or named.file} is missing")
        return f"{named.scheme} {raw}" if named.scheme else raw

    def _raw(self, named: Credential) -> str:
        """Return the value, "" if there is none or it cannot stand in a header."""
        raw = ministry_value(self._settings, named.setting) if named.setting else self._read(named.file or "")
        return raw if raw.isprintable() and raw.isascii() else ""

    def _read(self, name: str) -> str:
        try:
            with self._path(name).open("rb") as opened:
                return opened.read(MAX_SECRET_BYTES).decode().strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def _context(self, names: MutualTls) -> ssl.SSLContext:
        authority = str(self._path(names.authority)) if names.authority else None
        context = ssl.create_default_context(cafile=authority)
        if names.certificate:
            key = str(self._path(names.key)) if names.key else None
            context.load_cert_chain(str(self._path(names.certificate)), key, password=_no_password)
        return context

    def _path(self, name: str) -> Path:
        return self._settings.secret_files / name


def _named(tls: MutualTls) -> list[str]:
    return [name for name in (tls.certificate, tls.key, tls.authority) if name]


def _no_password() -> str:
    """Answer OpenSSL's question for the password of a key, which would be asked in the terminal of the server."""
    return ""
