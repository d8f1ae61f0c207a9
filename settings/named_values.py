"""Values that files of operators name and do not have: addresses and secrets of an administration's API, of a gateway.

Only these settings can be named, those of administrations in menus/sources and those of gateways in gateways/, so that
no file can send another secret of Zin to a server.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from settings.secret_values import plain

if TYPE_CHECKING:
    from settings import Settings

MINISTRY: Final = re.compile(r"ZIN_MINISTRY_[A-Z0-9_]{1,60}")
GATEWAY: Final = re.compile(r"ZIN_GATEWAY_[A-Z0-9_]{1,60}")
NAMED: Final = {
    "ZIN_REQUESTS_URL": "requests_url",
    "ZIN_REQUESTS_TOKEN": "requests_token",
    "ZIN_XROAD_CLIENT": "xroad_client",
}


def ministry_value(settings: Settings, name: str) -> str:
    """Return the value of a setting that a source file may name; "" if it is empty, or of another name."""
    if name in NAMED:
        return plain(getattr(settings, NAMED[name]))
    return _value(settings, name) if MINISTRY.fullmatch(name) else ""


def gateway_value(settings: Settings, name: str) -> str:
    """Return the value of a setting that a file of gateways/ may name; "" if it is empty, or of another name."""
    return _value(settings, name) if GATEWAY.fullmatch(name) else ""


def _value(settings: Settings, name: str) -> str:
    return (os.environ.get(name, "") or settings.named_value(name.removeprefix("ZIN_").lower())).strip()
