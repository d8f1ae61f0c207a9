"""What the server's processes take while they are rehearsed with: memory and CPU, as /proc has them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = os.sysconf("SC_PAGE_SIZE")  # bytes
TICK: Final = 1 / os.sysconf("SC_CLK_TCK")  # seconds


@dataclass(slots=True)
class ProcessStats:
    """One process: bytes in memory before and at most, seconds of CPU before and now. Sources: proc_pid_stat(5)."""

    pid: int
    memory_before: int = 0
    memory: int = 0
    cpu_before: float = 0.0
    cpu: float = 0.0
    gone: bool = False

    def begin(self) -> None:
        """Take what the process has now as what it had before."""
        self.look()
        self.memory_before, self.cpu_before = self.memory, self.cpu

    def look(self) -> None:
        """Look at the process once more; one that is gone keeps what it had."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            self.gone = True
            return
        self.cpu = (int(fields[11]) + int(fields[12])) * TICK
        self.memory = max(self.memory, int(fields[21]) * PAGE)
