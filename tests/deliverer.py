"""`zin deliver` with leases so short that a test can wait for them: python -m tests.deliverer SECONDS."""

from __future__ import annotations

import sys

import channels.delivery
import channels.outbox
import channels.promises
from commands import main

if __name__ == "__main__":
    channels.outbox.LEASE = float(sys.argv[1])  # type: ignore[misc]
    channels.promises.LEASE = float(sys.argv[1])  # type: ignore[misc]
    channels.delivery.PATIENCE = float(sys.argv[1]) / 2  # type: ignore[misc]
    main(["deliver"])
