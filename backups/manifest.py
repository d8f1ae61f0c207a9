"""The manifest of a backup: what it was made of, what it holds, and which secrets belong to it.

It holds no secret: a pepper and a key at rest are named by their fingerprints. The manifest lists the digest of every
other member of the archive, and is itself authenticated with the pepper (`authentication`), so that nobody without the
pepper can change a backup unnoticed.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from backups.refusal import BackupRefused

FORMAT: Final = 1  # of the archive; a later one is refused


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive: its SHA-256 in hexadecimal, and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a database held at one moment.

    rows counts the rows of each table, keys are the names of the keys at rest that sealed something (database/
    encryption.py), and waiting counts the messages and answers that had not left.
    """

    schema: str
    rows: dict[str, int]
    keys: list[str]
    waiting: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of a backup. made_at is in Unix seconds, pepper a fingerprint."""

    format: int
    zin: str
    made_at: int
    dialect: str
    pepper: str
    snapshot: Snapshot
    members: dict[str, Member]

    def to_json(self) -> bytes:
        """The manifest as it is stored."""
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


_MANIFEST: Final = TypeAdapter(Manifest)


def parse_manifest(stored: bytes) -> Manifest:
    """Read a stored manifest. Raises BackupRefused for another format, and for what is none."""
    try:
        found: Any = orjson.loads(stored)
        number = found["format"]
        if number == FORMAT:
            return _MANIFEST.validate_python(found)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValidationError):
        raise BackupRefused("son manifeste est illisible : prenez une autre sauvegarde.") from None
    raise BackupRefused(f"elle est d'un format plus récent ({number}) : restaurez-la avec un Zin plus récent.")


def authentication(manifest: bytes, pepper: str) -> str:
    """The proof, in hexadecimal, that somebody with this pepper wrote the manifest."""
    key = hashlib.blake2b(pepper.encode(), digest_size=32, person=b"zin backup").digest()
    return hmac.new(key, manifest, hashlib.sha256).hexdigest()
