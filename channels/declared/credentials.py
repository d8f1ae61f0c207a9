"""Resolves what a gateway's file only names: secrets, codes and addresses, in settings or in files of the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from pydantic import BaseModel

from channels.declared.shape import Named, Verify
from settings import Settings
from settings.named_values import gateway_value
from settings.secret_values import DEMO, MIN_SECRET_CHARACTERS, split_secrets

MAX_SECRET_BYTES: Final = 16_384


class Credentials(Protocol):
    """Where the values come from: the installation, or a trial with secrets of its own."""

    def plain(self, setting: str) -> str:
        """Return the value of a setting that is no secret, "" for none."""

    def secrets(self, named: Named) -> tuple[bytes, ...]:
        """Return the values of a secret that are accepted, the one for new work first; empty for none."""


class InstalledCredentials:
    """The values of this installation. A file is read when the process starts."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def plain(self, setting: str) -> str:
        """Return the value of a setting that is no secret, "" for none."""
        return gateway_value(self._settings, setting)

    def secrets(self, named: Named) -> tuple[bytes, ...]:
        """Return the values of a secret that are accepted, the one for new work first; empty for none."""
        written = self.plain(named.setting) if named.setting else self._read(named.file or "")
        return tuple(one.encode() for one in split_secrets(written) if one.isascii() and one.isprintable())

    def _read(self, name: str) -> str:
        try:
            with Path(self._settings.secret_files, name).open("rb") as opened:
                return opened.read(MAX_SECRET_BYTES).decode().strip()
        except (OSError, UnicodeDecodeError):
            return ""


class TrialCredentials:
    """The values of a trial: its one secret in the place of each secret that the installation has."""

    def __init__(self, installed: Credentials, secret: str) -> None:
        self._installed, self._secret = installed, secret.encode()

    def plain(self, setting: str) -> str:
        """Return the value of a setting that is no secret, "" for none."""
        return self._installed.plain(setting)

    def secrets(self, named: Named) -> tuple[bytes, ...]:
        """Return the trial's secret, if the installation has one here."""
        return (self._secret,) if self._installed.secrets(named) else ()


def named_in(part: object) -> Iterator[Named]:
    """Yield every value that a part of a file names."""
    if isinstance(part, Named):
        yield part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from named_in(getattr(part, name))
    elif isinstance(part, dict):
        for one in part.values():
            yield from named_in(one)


def label(named: Named) -> str:
    """Return the name of a value, for operators."""
    return named.setting or f"le fichier {named.file}"


def missing(part: object, credentials: Credentials) -> tuple[str, ...]:
    """Return the settings and files that a part names and that are empty."""
    empty = (label(named) for named in named_in(part) if not credentials.secrets(named))
    return tuple(dict.fromkeys(empty))


def weak(verify: Verify, credentials: Credentials) -> tuple[str, ...]:
    """Return the secrets that production does not accept: known to all, or short. The name of a user may be short."""
    proofs = (verify.path, verify.header, verify.hmac, verify.basic.password if verify.basic else None)
    values = ((label(named), one) for named in proofs if named for one in credentials.secrets(named))
    bad = (name for name, one in values if one == DEMO.encode() or len(one) < MIN_SECRET_CHARACTERS)
    return tuple(dict.fromkeys(bad))
