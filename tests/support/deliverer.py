"""`zin deliver` with leases so short that a test can wait for them: python -m tests.support.deliverer SECONDS."""

from __future__ import annotations

import sys

import channels.deferred.repository
import channels.outbox.repository
import channels.workers.delivery
from cli.main import main

if __name__ == "__main__":
    channels.outbox.repository.LEASE = float(sys.argv[1])  # type: ignore[misc]
    channels.deferred.repository.LEASE = float(sys.argv[1])  # type: ignore[misc]
    channels.workers.delivery.PATIENCE = float(sys.argv[1]) / 2  # type: ignore[misc]
    main(["deliver"])
