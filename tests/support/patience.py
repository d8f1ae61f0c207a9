"""How long a test waits for what has to come: long enough for a busy machine, since no test measures by it."""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 120.0  # seconds
