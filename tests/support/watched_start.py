"""A real server over a database, whose events are written to a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from settings import Settings
from tests.support.database import MENUS
from tests.support.patience import PATIENCE
from tests.support.server_process import listeners


@dataclass(frozen=True, slots=True)
class Watched:
    """A registry, and the file where what becomes of it is written down."""

    settings: Settings
    events: Path

    def serve(self, workers: int, port: int) -> None:
        """A start and a stop of a real server, as `zin serve` runs it."""
        given = self.settings
        settings = {
            "ZIN_ENV": given.env,
            "ZIN_SECRET": given.secret.get_secret_value(),
            "ZIN_DATA": str(given.data),
            "ZIN_DATABASE_URL": given.database_url.get_secret_value(),
            "ZIN_REDIS_URL": given.redis_url,
            "ZIN_PORT": str(port),
        }
        command = [sys.executable, "-m", "tests.support.database_events", str(workers)]
        server = subprocess.Popen(command, cwd=MENUS.parent, env=os.environ | settings)
        try:
            until = time.monotonic() + PATIENCE
            while listeners(port) < workers:
                assert server.poll() is None, "the server ended"
                assert time.monotonic() < until, "the server did not start"
                time.sleep(0.05)
            server.send_signal(signal.SIGTERM)
            assert server.wait(PATIENCE) == 0
        finally:
            server.kill()
            server.wait()

    def seen(self) -> list[Counter[str]]:
        """What each process did, in the order in which they began."""
        done: dict[str, Counter[str]] = {}
        for line in self.events.read_text().splitlines():
            pid, event = line.split()
            done.setdefault(pid, Counter())[event] += 1
        return list(done.values())
