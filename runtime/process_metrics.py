"""The `process_*` metrics of all processes of one `zin serve`, each with its name and number.

prometheus_client drops them when several processes share their counters. They are read from /proc when Prometheus asks
one of the workers, whichever it is. Source: proc(5).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from prometheus_client import Metric, ProcessCollector
from prometheus_client.registry import Collector

WORKER: Final = "zin worker"  # the name of a worker's process (cli/workers.py)
OURS: Final = "zin"  # how the names of all processes of a server begin


class ProcessFamilyCollector(Collector):
    """Collects the metrics of this worker, its parent and the other children of that."""

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc

    def collect(self) -> Iterable[Metric]:
        """Return the metrics; none if this process is no worker."""
        found: dict[str, Metric] = {}
        for pid, name in self._family():
            for one in ProcessCollector(pid=lambda pid=pid: pid, proc=str(self._proc), registry=None).collect():  # type: ignore[misc]
                metric = found.setdefault(one.name, Metric(one.name, one.documentation, one.type))
                for sample in one.samples:
                    metric.add_sample(sample.name, {"process": name, "pid": str(pid)}, sample.value)
        return found.values()

    def _family(self) -> Iterable[tuple[int, str]]:
        if self._name(os.getpid()) != WORKER:
            return
        parent = os.getppid()
        yield parent, OURS
        with suppress(OSError):  # the parent ended just now
            for pid in (self._proc / f"{parent}/task/{parent}/children").read_text().split():
                if (name := self._name(int(pid))).startswith(OURS):
                    yield int(pid), name

    def _name(self, pid: int) -> str:
        try:
            return (self._proc / f"{pid}/comm").read_text().strip()
        except OSError:
            return ""
