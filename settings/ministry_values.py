"""Values that files in menus/sources name and do not have: addresses and secrets of an administration's API.

Only these settings can be named, so that no menu file can send another secret of Zin to a server.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from settings.secret_values import plain

if TYPE_CHECKING:
    from settings import Settings

MINISTRY: Final = re.compile(r"ZIN_MINISTRY_[A-Z0-9_]{1,60}")
NAMED: Final = {
    "ZIN_REQUESTS_URL": "requests_url",
    "ZIN_REQUESTS_TOKEN": "requests_token",
    "ZIN_XROAD_CLIENT": "xroad_client",
}


def ministry_value(settings: Settings, name: str) -> str:
    """Return the value of a setting that a source file may name; "" if it is empty, or of another name."""
    if name in NAMED:
        return plain(getattr(settings, NAMED[name]))
    if not MINISTRY.fullmatch(name):
        return ""
    return (os.environ.get(name, "") or settings.ministry_value(name.removeprefix("ZIN_").lower())).strip()
