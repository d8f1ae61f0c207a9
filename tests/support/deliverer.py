"""A verb that delivers, with leases so short that a test can wait for them.

    python -m tests.support.deliverer SECONDS deliver|smpp

Its windows are small, so that a test sees that a killed process repeats what was in flight, not all that it claimed.
"""

from __future__ import annotations

import sys
from typing import Final

import channels.workers.delivery_window
import channels.workers.gateway_delivery
import database.leased_queue
from cli.main import main

IN_FLIGHT: Final = 20  # messages at once, of many more that are claimed ahead
FIRST: Final = 0.25  # seconds before a second try

if __name__ == "__main__":
    database.leased_queue.LEASE_SECONDS = float(sys.argv[1])  # type: ignore[misc]
    channels.workers.gateway_delivery.PATIENCE = float(sys.argv[1]) / 2  # type: ignore[misc]
    channels.workers.gateway_delivery.FIRST = FIRST  # type: ignore[misc]
    channels.workers.delivery_window.TURN = float(sys.argv[1]) / 4  # type: ignore[misc]
    channels.workers.delivery_window.MAX_IN_FLIGHT = IN_FLIGHT  # type: ignore[misc]
    main([sys.argv[2]])
