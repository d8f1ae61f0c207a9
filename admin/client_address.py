"""The address that a request comes from, as far as it can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from aiohttp import web

Network = IPv4Network | IPv6Network
HEADER = "X-Forwarded-For"


def client_address(request: web.Request, proxies: Sequence[Network]) -> str:
    """Who is at the other end, or whom the proxies that stand there say that they speak for.

    Anybody can send the header: of its addresses, the last are believed that a proxy of ours has added. An IPv6
    address is told by its network of 64 bits, all of which one client may have.
    """
    passed_on = [part.strip() for value in request.headers.getall(HEADER, ()) for part in value.split(",")]
    address = _address(request.remote or "")
    while address and passed_on and _is_one_of(address, proxies):
        address = _address(passed_on.pop()) or ""
    if not address:
        address = _address(request.remote or "")
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


def _address(written: str) -> str:
    """An address in its one form, "" for what is none."""
    try:
        found = ip_address(written.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def _is_one_of(address: str, networks: Sequence[Network]) -> bool:
    return any(ip_address(address) in network for network in networks)
