"""Programs of their own that open a database."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]


async def said(program: str, seconds: float = 30) -> str:
    """What a program of its own prints."""
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    return ended.stdout.strip() or ended.stderr.strip()
