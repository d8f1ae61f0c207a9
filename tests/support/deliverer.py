"""`zin deliver` with leases so short that a test can wait for them: python -m tests.support.deliverer SECONDS."""

from __future__ import annotations

import sys

import channels.workers.delivery
import database.leased_queue
from cli.main import main

if __name__ == "__main__":
    database.leased_queue.LEASE_SECONDS = float(sys.argv[1])  # type: ignore[misc]
    channels.workers.delivery.PATIENCE = float(sys.argv[1]) / 2  # type: ignore[misc]
    main(["deliver"])
