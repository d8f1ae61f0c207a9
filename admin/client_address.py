"""The address of the client of a request, as far as it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from aiohttp import web

Network = IPv4Network | IPv6Network
HEADER = "X-Forwarded-For"


def client_address(request: web.Request, proxies: Sequence[Network]) -> str:
    """Return the address of the client, or the one that our trusted proxies forward.

    Any client can send the header, so only the addresses that our proxies appended at its end are trusted. An IPv6
    address is reduced to its /64 network, because one client may own all of it.
    """
    passed_on = [part.strip() for value in request.headers.getall(HEADER, ()) for part in value.split(",")]
    address = _address(request.remote or "")
    while address and passed_on and _is_one_of(address, proxies):
        address = _address(passed_on.pop()) or ""
    if not address:
        address = _address(request.remote or "")
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


def _address(written: str) -> str:
    """Return the address in its canonical form; "" if it is invalid."""
    try:
        found = ip_address(written.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def _is_one_of(address: str, networks: Sequence[Network]) -> bool:
    return any(ip_address(address) in network for network in networks)
