"""The server, sampled: it counts on which Python stack its CPU time is spent. bench/profile.py starts it.

SIGUSR1 starts the samples, SIGUSR2 ends them. After SIGTERM the stacks are written to the file named by the first
argument: a JSON list of [CPU seconds, [[file, function, first line], ...]], innermost function first. A sample is taken
when the process has used another 4 ms or so of CPU (setitimer(2); the kernel's tick), kernel time included, so that
waiting counts nothing. What other threads used since the last sample is one row of its own: signals interrupt the main
thread only.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections import defaultdict
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Final

import cli.processes
import settings

INTERVAL_SECONDS: Final = 0.001  # the kernel rounds it up to its tick
OTHER_THREADS: Final = [("other threads", "", 0)]

codes: dict[int, CodeType] = {}
stacks: defaultdict[tuple[int, ...], float] = defaultdict(float)  # an empty stack is that of other threads
used = [0.0, 0.0]  # CPU seconds of this thread and of the process at the last sample


def sample(_: int, frame: FrameType | None) -> None:
    """Give the interrupted stack the CPU time since the last sample."""
    stack, thread, process = [], time.thread_time(), time.process_time()
    while frame is not None:
        code = frame.f_code
        codes[id(code)] = code
        stack.append(id(code))
        frame = frame.f_back
    stacks[tuple(stack)] += thread - used[0]
    stacks[()] += process - used[1] - (thread - used[0])
    used[:] = thread, process


def _set_timer(seconds: float, *_: object) -> None:
    used[:] = time.thread_time(), time.process_time()
    signal.setitimer(signal.ITIMER_PROF, seconds, seconds)


def _write(path: Path) -> None:
    places = {number: (code.co_filename, code.co_qualname, code.co_firstlineno) for number, code in codes.items()}
    rows = [(spent, [places[number] for number in stack] or OTHER_THREADS) for stack, spent in stacks.items()]
    path.write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    signal.signal(signal.SIGPROF, sample)
    signal.signal(signal.SIGUSR1, partial(_set_timer, INTERVAL_SECONDS))
    signal.signal(signal.SIGUSR2, partial(_set_timer, 0.0))
    cli.processes.run_server(settings.load(), 1, partial(print, file=sys.stdout, flush=True))
    _write(Path(sys.argv[1]))
