"""The address of the client of a request, as far as it can be trusted, and whether it is the machine itself."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp import web

from channels.contracts.peer_address import FORWARDED, peer_address

Network = IPv4Network | IPv6Network


def client_address(request: web.Request, proxies: Sequence[Network]) -> str:
    """Return the address of the client, or the one that our trusted proxies forward.

    An IPv6 address is reduced to its /64 network, because one client may own all of it.
    """
    address = peer_address(request.remote or "", request.headers.getall(FORWARDED, ()), proxies)
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


def host_name(host: str) -> str:
    """Return the name in a Host header, without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback(name: str) -> bool:
    """Return whether this host name or address is the machine itself."""
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
