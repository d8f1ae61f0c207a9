"""The npm package smpp, a message centre that is not ours: `python -m tests.support.node_smpp` installs it once.

`make` runs it with the rest that tests need. Without npm, or if it cannot fetch, the test that wants it is left out.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from bench.peer.node_packages import PeerMissing, fetch_packages

PACKAGES: Final = {"smpp": "0.5.1", "iconv-lite": "0.7.3", "safer-buffer": "2.1.2"}
FOLDER: Final = Path(sys.prefix, "smpp")
MODULES: Final = FOLDER / "node_modules"

if __name__ == "__main__":
    try:
        fetch_packages(FOLDER, PACKAGES)
    except PeerMissing as why:
        sys.stderr.write(f"without the npm package smpp: {why}\n")
