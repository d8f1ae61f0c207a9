"""A command in an environment without settings of Zin."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("ZIN_")}
    return subprocess.run(words, cwd=cwd, env=bare, capture_output=True, text=True, check=False, timeout=600)
