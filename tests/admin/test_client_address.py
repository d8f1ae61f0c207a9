"""The address of a visitor of the admin site: a forwarded one counts only behind a trusted proxy."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request

from admin.client_address import client_address

PROXIES = ("10.0.0.7", "fd00::/8", "127.0.0.1")
# The peer, what the header says, and who it is taken to be.
ADDRESSES = [
    ("192.0.2.1", None, "192.0.2.1"),
    ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # no proxy of ours: anybody can send the header
    ("10.0.0.7", "198.51.100.7", "198.51.100.7"),
    ("10.0.0.7", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the first was sent by the client
    ("10.0.0.7", "198.51.100.7, 127.0.0.1", "198.51.100.7"),
    ("10.0.0.7", "nonsense", "10.0.0.7"),
    ("10.0.0.7", "", "10.0.0.7"),
    ("fd00::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("::ffff:192.0.2.1", None, "192.0.2.1"),
]


@pytest.mark.parametrize(("peer", "header", "who"), ADDRESSES)
def test_forwarded_address_needs_a_trusted_proxy(peer: str, header: str | None, who: str) -> None:
    headers = {} if header is None else {"X-Forwarded-For": header}
    request = make_mocked_request("POST", "/", headers=headers).clone(remote=peer)
    assert client_address(request, tuple(map(ip_network, PROXIES))) == who
