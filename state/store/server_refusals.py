"""What a server that was reached refuses: what may pass, there or where the name leads by then, and what is final.

The texts are those of Valkey 9.1 and Redis 7 and newer, for a command and within a script alike, which adds where it
stopped: "READONLY You can't write against a read only replica. script: on @user_script:4."
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

WORDS: Final[dict[type[BaseException], str]] = {
    ReadOnlyError: "READONLY",  # a primary that was demoted: the name leads to another by now
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
UNNAMED: Final = frozenset({"MISCONF", "NOREPLICAS", "BUSY"})  # for which redis-py has no class, and keeps the word
PASSING: Final = UNNAMED | frozenset(WORDS.values())


def word_of(error: BaseException) -> str:
    """The first word of what the server said, which names nobody and no address; our own kind where there is none."""
    said = str(error).partition(" ")[0]
    return said if said in UNNAMED else (WORDS | FINAL).get(type(error), type(error).__name__)


def is_passing(error: BaseException) -> bool:
    """Whether the same command is worth a second try on a new connection. NOPERM and mistakes of ours are not."""
    return word_of(error) in PASSING
