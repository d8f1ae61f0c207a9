"""A Redis or Valkey that was started over a large file and still loads it: it answers everything with LOADING."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import hiredis

from tests.support.redis_process import Kind, RedisProcess, free_ports

FILL: Final = "for key = 1, 5000 do redis.call('SET', 'k' .. key, string.rep('x', 1000)) end"
# Of both servers, for their own tests: a pause behind each key, in microseconds, and how many bytes are read between
# two looks at what clients ask. Source: valkey-io/valkey, src/config.c and tests/integration
SLOWLY: Final = ("--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024")


@contextmanager
def loading_server(folder: Path, program: str = "") -> Iterator[RedisProcess]:
    """A server that loads for minutes, unless `finish_loading` ends that."""
    server = RedisProcess(folder, free_ports(1)[0], "rdbcompression no", kind=Kind(program))
    try:
        server.start()
        server.ask("EVAL", FILL, 0)
        server.ask("SAVE")
        server.kill()
        server.begin(*SLOWLY)
        server.wait_until(lambda: is_loading(server), "LOADING")
        yield server
    finally:
        server.kill()


def is_loading(server: RedisProcess) -> bool:
    """Whether the server refuses what it is asked because it loads. Raises OSError before it listens."""
    try:
        server.ask("GET", "k1")
    except hiredis.ReplyError as refusal:
        return str(refusal).startswith("LOADING")
    return False


def finish_loading(server: RedisProcess) -> None:
    """Let the server load the rest at once."""
    server.ask("CONFIG", "SET", "key-load-delay", 0)
    server.wait_until(lambda: not is_loading(server), "end of the loading")
