"""Forks child processes from a parent without threads, event loop or connections, and ends them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

HELD_BACK: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)  # the parent waits for them, one by one


def hold_signals_back() -> None:
    """Block the signals that stop a process or report a dead child; forked processes begin with them blocked too."""
    signal.pthread_sigmask(signal.SIG_BLOCK, HELD_BACK)


def fork(name: str, work: Callable[[], int]) -> int:
    """Start a child process that shares our memory until one of us writes to it; return its pid.

    It exits with the result of `work`, without our clean-up. Linux shows the name, of up to 15 characters (proc(5)).
    """
    if pid := os.fork():
        return pid
    status = 1
    try:
        with suppress(OSError):
            Path("/proc/self/comm").write_text(name)
        status = work()
    finally:
        os._exit(status)


def ended_children() -> dict[int, int]:
    """Return the exit codes of children that have ended since the last call, by pid; a signal counts as negative."""
    ended: dict[int, int] = {}
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended[found[0]] = os.waitstatus_to_exitcode(found[1])
    return ended


def end_children(pids: Collection[int]) -> None:
    """Send SIGTERM to these children, and wait until all have ended."""
    for pid in pids:
        with suppress(ChildProcessError):  # it has ended, and its pid may be that of a stranger
            if os.waitpid(pid, os.WNOHANG)[0] == 0:
                os.kill(pid, signal.SIGTERM)
    for pid in pids:
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)
