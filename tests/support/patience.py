"""Time for a busy machine: no test measures by these limits.

Servers that a test starts get the longest times that settings allow, unless the test sets its own.
"""

from __future__ import annotations

import os
from typing import Final

PATIENCE: Final = 120.0  # seconds that a test waits for what has to come
LONGEST: Final = {"ZIN_HOP_SECONDS": "9.9", "ZIN_SOURCE_SECONDS": "9.5", "ZIN_CONNECT_SECONDS": "5"}


def pytest_configure() -> None:
    for name, seconds in LONGEST.items():
        os.environ.setdefault(name, seconds)
