"""A server whose floors fail on demand: each line on standard input names what fails from then on.

`python -m tests.support.logging_server` serves with the settings of its environment. Every fault holds MARKER and PHONE
in its arguments, as a driver's words would hold what a citizen typed.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any, Final, NoReturn

import cli.http_server
import cli.processes
from admin.auth import Access
from analytics.repository import UsageRepository
from channels.africastalking.ussd_webhook import AfricasTalkingUssd
from database.sqlite import SQLite
from results.published import PublishedResults
from settings import Settings, load
from sources.timeout import TimeLimitedSource
from state.conversation.chat import ChatDialogue
from state.conversation.navigation import Navigator
from state.store.redis import RedisSessionStore

MARKER: Final = "Koffi-Adjovi-ne-le-2001"
PHONE: Final = "+22901 97 12 34 56"

PLACES: Final[dict[str, tuple[Any, str]]] = {
    "channel": (AfricasTalkingUssd, "write"),
    "console": (Access, "current_user"),
    "conversation": (Navigator, "follow"),
    "chat": (ChatDialogue, "process"),
    "figures": (UsageRepository, "add"),
    "registry": (SQLite, "rows"),
    "results": (PublishedResults, "find"),
    "source": (TimeLimitedSource, "ask"),
    "store": (RedisSessionStore, "get"),
}
BROKEN: Final[set[str]] = set()


class LeakingFault(Exception):
    """A fault whose arguments and notes hold personal data."""


def make_fault() -> LeakingFault:
    fault = LeakingFault(MARKER, PHONE)
    fault.add_note(MARKER)
    return fault


def fail(*_: object) -> NoReturn:
    raise make_fault() from ValueError(f"invalid input {MARKER!r} for {PHONE}")


def breakable(name: str, whole: Callable[..., Any]) -> Callable[..., Any]:
    def called(*given: Any, **named: Any) -> Any:
        return fail() if name in BROKEN else whole(*given, **named)

    return called


class Dying:
    def __del__(self) -> None:
        raise make_fault()


async def failing() -> None:
    fail()


def misbehave(loop: asyncio.AbstractEventLoop) -> None:
    """All that a library may do with a value in its hands."""
    for name in ("aiohttp.server", "aiohttp.web", "sqlalchemy.engine", "redis", "urllib3", "africastalking", "root"):
        logger = logging.getLogger(name)
        logger.error("Error handling request from %s", PHONE)
        logger.error(f"could not send {MARKER}")
        logger.warning({"phone": PHONE}, stack_info=True)
        try:
            fail()
        except LeakingFault:
            logger.exception(MARKER)
    warnings.warn(MARKER, stacklevel=1)
    print(MARKER, PHONE)
    sys.stderr.write(MARKER)
    threading.Thread(target=fail).start()
    Dying()
    loop.call_soon_threadsafe(fail, MARKER)
    asyncio.run_coroutine_threadsafe(failing(), loop)
    loop.call_soon_threadsafe(lambda: asyncio.ensure_future(failing()))
    gc.collect()


def obey() -> None:
    for line in sys.stdin:
        BROKEN.clear()
        name = line.strip()
        if name == "libraries":
            misbehave(LOOP[0])
        else:
            BROKEN.add(name)
        print("broken", name, file=sys.__stdout__, flush=True)


LOOP: Final[list[asyncio.AbstractEventLoop]] = []


def main() -> None:
    for name, (owner, attribute) in PLACES.items():
        setattr(owner, attribute, breakable(name, getattr(owner, attribute)))

    whole = cli.http_server.announce

    def announce(settings: Settings, say: Callable[[str], None]) -> None:
        LOOP.append(asyncio.get_running_loop())
        threading.Thread(target=obey, daemon=True).start()
        print(f"Zin {settings.env} answers", file=sys.__stdout__, flush=True)
        whole(settings, say)

    cli.http_server.announce = announce
    cli.processes.run_server(load(), 1, lambda _: None)
    fail()  # a mistake that nothing catches


if __name__ == "__main__":
    main()
