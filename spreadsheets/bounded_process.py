"""Runs work on an outside file in its own process, limited in memory and time, one file at a time.

If a file makes the parser fail or hang, only that process ends, and the server continues.
"""

from __future__ import annotations

import ctypes
import fcntl
import gc
import pickle
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, TypeVar

import structlog

from accounts.refusals import Refused
from logs.exceptions import exception_summary
from state.country import Country, country, use
from state.errors import ZinError

MAX_MEMORY: Final = 1 << 30  # bytes of data of the process; 272 000 results need a quarter
MAX_SECONDS: Final = 120.0  # 272 000 results need six
TURN_SECONDS: Final = 20.0  # maximum wait of a file for its turn
LOCK: Final = "reading.lock"  # in the data folder, which all processes of a server share
TURN_TAKEN: Final = "Un autre fichier est en cours de lecture : recommencez dans une minute."
TOO_MUCH_MEMORY: Final = "Ce fichier demande trop de mémoire : exportez-le en CSV, en plusieurs fichiers s'il le faut."
TOO_LONG: Final = "Ce fichier demande trop de temps : exportez-le en CSV, en plusieurs fichiers s'il le faut."
# Children are forked from a process that has loaded the modules of the first work: loading them takes half a second.
CONTEXT: Final = get_context("forkserver")
PR_SET_PDEATHSIG: Final = 1  # prctl(2); the process that forks children ends with the one that started it
T = TypeVar("T")
log = structlog.get_logger()


class NotRead(Refused):
    """A file could not be read to its end. The text is French, for the operator who imports it."""


def run_confined(
    folder: Path, work: Callable[..., T], *given: Any, progress: Callable[[float], object] | None = None
) -> T:
    """Run this work in a new process, and return its result.

    `folder` is the data folder. If `progress` is given, the work receives a function of that name as keyword argument,
    and its values are passed on. Raises NotRead, and the ZinErrors of the work.
    """
    with _turn(folder):
        ours, theirs = CONTEXT.Pipe(duplex=False)
        doing = partial(work, *given)
        child = CONTEXT.Process(target=_work, args=(theirs, doing, progress is not None, country()), daemon=True)
        CONTEXT.set_forkserver_preload([work.__module__])
        child.start()
        theirs.close()
        try:
            done: T = _awaited(ours, progress)
            return done
        finally:
            child.kill()
            child.join()
            ours.close()


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Wait until no other process of this server reads a file. Raises NotRead."""
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + TURN_SECONDS
    with (folder / LOCK).open("w") as lock:
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if time.monotonic() > until:
                raise NotRead(TURN_TAKEN)
            time.sleep(0.1)
        yield


def _awaited(ours: Connection, progress: Callable[[float], object] | None) -> Any:
    until = time.monotonic() + MAX_SECONDS
    try:
        while ours.poll(max(0.0, until - time.monotonic())):
            kind, payload = ours.recv()
            match kind:
                case "progress":
                    (progress or float)(payload)
                case "done":
                    return payload
                case "refused":
                    raise payload
                case "failed":
                    log.error("work on a file failed", what=payload)
                    raise NotRead("Zin s'est trompé sur ce fichier. C'est noté dans le journal du serveur.")
    except (EOFError, ConnectionError, pickle.UnpicklingError):  # the process reached its memory limit and was killed
        raise NotRead(TOO_MUCH_MEMORY) from None
    raise NotRead(TOO_LONG)


def _work(theirs: Connection, doing: Callable[..., Any], sends_progress: bool, served: Country) -> None:
    """Run the work in the child process, and send its result or error to the parent. It ends with the parent."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    use(served)
    resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()  # a process of seconds whose memory is bounded: looking for circles took a tenth of them
    try:
        keywords = {"progress": lambda share: theirs.send(("progress", share))} if sends_progress else {}
        theirs.send(("done", doing(**keywords)))
    except MemoryError:
        theirs.send(("refused", NotRead(TOO_MUCH_MEMORY)))
    except ZinError as refused:
        theirs.send(("refused", refused))
    except BrokenPipeError:
        """The parent process has stopped waiting."""
    except Exception as error:  # a bug of ours: multiprocessing would print its text, which may hold data
        theirs.send(("failed", exception_summary(error)))
