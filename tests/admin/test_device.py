"""The kind of browser, as a person recognizes their own logins by it."""

from __future__ import annotations

import pytest

from admin.device import UNKNOWN, device_name


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/129.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/129.0 Safari/537.36 Edg/129.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) Version/17.6 Safari/604.1", "Safari, iPhone"),
        ("curl/8.5", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_browser_is_named_without_its_version(agent: str, name: str) -> None:
    assert device_name(agent) == name
