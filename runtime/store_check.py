"""Tries the store once when a process starts, so that a mistake is reported then and not by each call."""

from __future__ import annotations

import asyncio
import os

import structlog

from settings import Settings
from settings.redis_address import SENTINELS, named_files
from state.errors import StoreUnavailable
from state.store.redis import RedisSessionStore
from state.store.sentinel import silent_sentinels
from state.store.server_advice import advice_on

NAMES = tuple(f"start:{number}" for number in range(32))  # in a cluster, every server has one of them as a rule
LIFE_SECONDS = 60.0
log = structlog.get_logger("zin")


async def check_store(settings: Settings) -> None:
    """Write some values to the servers of the settings, if they name any.

    Raises StoreUnavailable with one line if only an administrator can help; logs the line if the server may come back.
    A sentinel that does not answer is named: calls go on without it, and one less is left for a failover.
    """
    if not settings.redis_url:
        return
    for option, file in named_files(settings.redis_url).items():
        if not os.access(file, os.R_OK):
            raise StoreUnavailable(f"ZIN_REDIS_URL: the file of {option} cannot be read: {file}")
    if settings.redis_url.startswith(SENTINELS):
        for silent in await silent_sentinels(settings.redis_url):
            log.warning("a sentinel does not answer", setting="ZIN_REDIS_URL", sentinel=silent)
    store = RedisSessionStore(settings.redis_url, settings.connect_seconds, settings.failover_seconds)
    try:
        await asyncio.gather(*(store.compare_and_set(name, b"", b"1", LIFE_SECONDS) for name in NAMES))
    except StoreUnavailable as failure:
        advice = advice_on(failure)
        if advice.is_final:
            raise StoreUnavailable(f"ZIN_REDIS_URL: {advice.line}") from None
        log.warning("sessions cannot be stored yet", setting="ZIN_REDIS_URL", why=advice.line)
    finally:
        await store.close()
