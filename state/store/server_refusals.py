"""Errors returned by a server that was reached: passing ones, also after a failover, and final ones.

The texts are those of Valkey 9.1 and of Redis 7 and newer, for commands and scripts alike; a script adds its line:
"READONLY You can't write against a read only replica. script: on @user_script:4."
"""

from __future__ import annotations

from typing import Final

from redis.exceptions import (
    AskError,
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    MovedError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TryAgainError,
)

from state.errors import StoreUnavailable

WORDS: Final[dict[type[BaseException], str]] = {
    ReadOnlyError: "READONLY",  # a demoted primary: the name now leads to another server
    BusyLoadingError: "LOADING",
    OutOfMemoryError: "OOM",
    AuthenticationError: "NOAUTH",
    MasterDownError: "MASTERDOWN",
    ClusterDownError: "CLUSTERDOWN",
    TryAgainError: "TRYAGAIN",
    MovedError: "MOVED",
    AskError: "ASK",
}
FINAL: Final[dict[type[BaseException], str]] = {NoPermissionError: "NOPERM", ResponseError: "ERR"}
UNNAMED: Final = frozenset({"MISCONF", "NOREPLICAS", "BUSY"})  # redis-py has no class for these
PASSING: Final = UNNAMED | frozenset(WORDS.values())
# Of a node of a cluster: another node has the key, or will have it, or the slot is moving. A new connection is no help.
REDIRECTIONS: Final = frozenset({"CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK"})


def unavailable(error: BaseException) -> StoreUnavailable:
    """Return what a caller gets for a failure that lasted: without names or addresses, caused by the failure."""
    refuses = isinstance(error, ResponseError) or is_passing(error)
    why = f"refuses: {word_of(error)}" if refuses else f"does not answer: {type(error).__name__}"
    failure = StoreUnavailable(f"Valkey {why}")
    failure.__cause__ = error
    return failure


def word_of(error: BaseException) -> str:
    """Return the first word of the server's error, without names or addresses; the class name if there is none."""
    word = str(error).partition(" ")[0]
    return word if word in UNNAMED else (WORDS | FINAL).get(type(error), type(error).__name__)


def is_passing(error: BaseException, passing: frozenset[str] = PASSING) -> bool:
    """True if a second try on a new connection may succeed. NOPERM and errors in our commands are final."""
    return word_of(error) in passing
