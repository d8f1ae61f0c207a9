"""The address of the client of a request, as far as it can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

from aiohttp import web

from channels.contracts.peer_address import FORWARDED, peer_address

Network = IPv4Network | IPv6Network


def client_address(request: web.Request, proxies: Sequence[Network]) -> str:
    """Return the address of the client, or the one that our trusted proxies forward.

    An IPv6 address is reduced to its /64 network, because one client may own all of it.
    """
    address = peer_address(request.remote or "", request.headers.getall(FORWARDED, ()), proxies)
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address
