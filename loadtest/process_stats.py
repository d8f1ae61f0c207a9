"""Memory and CPU of the server's processes during a load test, from /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = os.sysconf("SC_PAGE_SIZE")  # bytes
TICK: Final = 1 / os.sysconf("SC_CLK_TCK")  # seconds


@dataclass(slots=True)
class ProcessStats:
    """One process: memory in bytes before and at most, CPU seconds before and now. Source: proc_pid_stat(5)."""

    pid: int
    memory_before: int = 0
    memory: int = 0
    cpu_before: float = 0.0
    cpu: float = 0.0
    gone: bool = False

    def begin(self) -> None:
        """Store the current values as those before the test."""
        self.look()
        self.memory_before, self.cpu_before = self.memory, self.cpu

    def look(self) -> None:
        """Read the values again; a process that has ended keeps its last values."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            self.gone = True
            return
        self.cpu = (int(fields[11]) + int(fields[12])) * TICK
        self.memory = max(self.memory, int(fields[21]) * PAGE)
