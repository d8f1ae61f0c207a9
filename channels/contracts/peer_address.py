"""The network address that a request came from, as far as it can be trusted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

Networks = Collection[IPv4Network | IPv6Network]
FORWARDED = "X-Forwarded-For"


def peer_address(peer: str, forwarded: Sequence[str], proxies: Networks) -> str:
    """Return the address of a connection's peer, or the one that our trusted proxies forward; "" if it has none.

    forwarded are the values of X-Forwarded-For. Any client can send that header, so only the addresses that our proxies
    appended at its end are trusted.
    """
    passed_on = [part.strip() for value in forwarded for part in value.split(",")]
    address = _address(peer)
    while address and passed_on and is_one_of(address, proxies):
        address = _address(passed_on.pop())
    return address or _address(peer)


def is_one_of(address: str, networks: Networks) -> bool:
    """Return whether an address, in its canonical form, is in one of these networks."""
    return bool(address) and any(ip_address(address) in network for network in networks)


def _address(written: str) -> str:
    """Return the address in its canonical form; "" if it is invalid."""
    try:
        found = ip_address(written.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)
