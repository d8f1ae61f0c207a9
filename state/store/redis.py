"""The session store over Valkey or Redis: each change is one command or one Lua script, so it happens in one step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from hashlib import sha1
from typing import Any, Final

from redis.exceptions import NoScriptError

from state.store.interface import Allowance, Attempt, Entry, Window
from state.store.server_address import Commands, commands_at

SCAN_BATCH: Final = 500  # keys in one step of a scan; other commands wait for a millisecond


class Script:
    """A Lua script; the server stores scripts by digest, and loses them when it restarts."""

    __slots__ = ("digest", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = sha1(text.encode(), usedforsecurity=False).hexdigest()


SAVE: Final = Script("""
local held = redis.call('GET', KEYS[1])
if held == ARGV[2] or (held or '') == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  for i = 2, #KEYS do redis.call('SET', KEYS[i], ARGV[2 * i], 'PX', ARGV[2 * i + 1]) end
  return 1
end
return 0
""")

COUNT: Final = Script("""
local times = redis.call('INCR', KEYS[1])
if times == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return times
""")

ATTEMPT: Final = Script("""
local known = redis.call('SISMEMBER', KEYS[1], ARGV[1])
local many = redis.call('SCARD', KEYS[1])
local new = known == 0 and many < tonumber(ARGV[2])
if new then
  redis.call('SADD', KEYS[1], ARGV[1])
  if many == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
end
return {known, new and 1 or 0, redis.call('PTTL', KEYS[1])}
""")

# The generic cell rate algorithm: stores the time when all uses counted so far would be due at an even pace.
PACE: Final = Script("""
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local every, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local uses = math.min(tonumber(ARGV[3]), math.floor(burst - (due - now) / every))
if uses < 1 then return {0, math.ceil(due - now - every * (burst - 1))} end
due = due + every * uses
redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000) + 1000)
return {uses, 0}
""")

# HyperLogLog: at most 12 KB of registers that estimate a number of members within 1 % and hold none of them.
# Source: https://valkey.io/topics/hyperloglogs/
ESTIMATE: Final = Script("""
redis.call('PFADD', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
""")
MAX_ADDED: Final = 1000  # members in one script, whose arguments must fit on Lua's stack


class RedisSessionStore:
    """The store that all processes of one Zin share: Valkey, or any Redis with scripts, one server or a cluster.

    A call waits for connect_seconds until the server answers, and for failover_seconds if servers fail over.
    """

    def __init__(self, url: str, connect_seconds: float, failover_seconds: float = 0.0) -> None:
        self._commands = commands_at(url, connect_seconds, failover_seconds)
        self.is_sharded = self._commands.is_sharded

    async def get(self, key: str) -> bytes:
        """Return the stored bytes, b"" if there are none."""
        return await self._commands.execute("GET", key) or b""

    async def get_both(self, key: str, other: str) -> tuple[bytes, bytes]:
        """Return the stored bytes of two keys."""
        first, second = await self._commands.execute("MGET", key, other)
        return first or b"", second or b""

    async def compare_and_set(self, key: str, was: bytes, now: bytes, life: float, *beside: Entry) -> bool:
        """Store `now` if `was` or `now` is stored, with the script SAVE."""
        if not beside:
            return bool(await self._run(SAVE, (key,), was, now, _milliseconds(life)))
        keys = (key, *(one.key for one in beside))
        more = [given for one in beside for given in (one.value, _milliseconds(one.life))]
        return bool(await self._run(SAVE, keys, was, now, _milliseconds(life), *more))

    async def increment(self, key: str, life: float) -> int:
        """Add one to a counter, with the script COUNT."""
        return int(await self._run(COUNT, (key,), _milliseconds(life)))

    async def attempt(self, window: Window, tried: str) -> Attempt:
        """Add a try to its window, with the script ATTEMPT."""
        known, new, left = await self._run(ATTEMPT, (window.key,), tried, window.most, _milliseconds(window.life))
        return Attempt(bool(known or new), bool(new), max(0, left) / 1000)

    async def withdraw(self, key: str, tried: str) -> None:
        """Remove a try from its window."""
        await self._commands.execute("SREM", key, tried)

    async def throttle(self, key: str, every: float, burst: int, most: int) -> Allowance:
        """Allow uses, or return the seconds to wait, with the script PACE."""
        uses, wait = await self._run(PACE, (key,), max(1, round(every * 1e6)), burst, most)
        return Allowance(uses, wait / 1e6)

    async def add_distinct(self, key: str, members: Sequence[str], life: float) -> None:
        """Add members to an estimate, with the script ESTIMATE."""
        for start in range(0, len(members), MAX_ADDED):
            await self._run(ESTIMATE, (key,), _milliseconds(life), *members[start : start + MAX_ADDED])

    async def count_distinct(self, *keys: str) -> int:
        """Return the estimate for these keys together."""
        return int(await self._commands.execute("PFCOUNT", *keys))

    async def scan(self, start: str, most: int) -> AsyncIterator[bytes]:
        """Yield the values of up to `most` keys with this beginning, each once, in no order.

        Values that are stored, forgotten or moved to another server meanwhile may be missing. Raises StoreUnavailable.
        """
        seen = set[bytes]()
        for server in await self._commands.primaries():
            async for keys in _scan(server, f"{start}*"):
                fresh = list(dict.fromkeys(key for key in keys if key not in seen))[: most - len(seen)]
                seen.update(fresh)
                for stored in await asyncio.gather(*(self._commands.execute("GET", key) for key in fresh)):
                    if stored is not None:
                        yield stored
                if len(seen) >= most:
                    return

    async def close(self) -> None:
        """Close the connection."""
        await self._commands.close()

    async def _run(self, script: Script, keys: tuple[str, ...], *given: bytes | str | int) -> Any:
        try:
            return await self._commands.execute("EVALSHA", script.digest, len(keys), *keys, *given)
        except NoScriptError:
            return await self._commands.execute("EVAL", script.text, len(keys), *keys, *given)


async def _scan(server: Commands, pattern: str) -> AsyncIterator[list[bytes]]:
    """Yield the keys of one server, some at a time."""
    cursor = b"0"
    while True:
        cursor, keys = await server.execute("SCAN", cursor, "MATCH", pattern, "COUNT", SCAN_BATCH)
        yield keys
        if cursor == b"0":
            return


def _milliseconds(life: float) -> int:
    return max(1, round(life * 1000))
