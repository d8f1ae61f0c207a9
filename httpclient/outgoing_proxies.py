"""The proxies for outgoing calls: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment, as curl reads them.

NO_PROXY lists hosts, domains with all below them (`.bj`), hosts with a port, addresses and networks (`10.0.0.0/8`), or
is `*`. Loopback addresses are always called directly. Names are lower or upper case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import aiohttp
from yarl import URL


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy and the header that it is shown, if any."""

    url: URL
    headers: Mapping[str, str] = field(repr=False)


class OutgoingProxies:
    """The proxies of one process, as its environment names them when this is made."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._by_scheme = {
            scheme: _proxy(written)
            for scheme in ("http", "https")
            if (written := _value(environment, f"{scheme}_proxy"))
        }
        self._direct = [one.strip().casefold() for one in _value(environment, "no_proxy").split(",") if one.strip()]
        self._found: dict[tuple[str, str, int], Proxy | None] = {}

    def of(self, url: URL) -> Proxy | None:
        """Return the proxy for this address; None: it is called directly."""
        if not self._by_scheme:
            return None
        key = url.scheme, (url.host or "").casefold(), url.port or 0
        if key not in self._found:
            self._found[key] = None if self._is_direct(key[1], key[2]) else self._by_scheme.get(key[0])
        return self._found[key]

    def _is_direct(self, host: str, port: int) -> bool:
        address = _address(host)
        if host == "localhost" or (address is not None and address.is_loopback):
            return True
        return any(one == "*" or _covers(one, host, port, address) for one in self._direct)


def _value(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name) or environment.get(name.upper()) or ""


def _proxy(written: str) -> Proxy:
    url = URL(written if "://" in written else f"http://{written}")
    if not url.user:
        return Proxy(url, {})
    # aiohttp sends this header to the proxy alone, as Proxy-Authorization.
    return Proxy(url.with_user(None), {"Authorization": aiohttp.encode_basic_auth(url.user, url.password or "")})


def _covers(entry: str, host: str, port: int, address: IPv4Address | IPv6Address | None) -> bool:
    name, colon, number = entry.rpartition(":")
    if colon and number.isdigit() and "]" not in number and (name.count(":") == 0 or name.endswith("]")):
        if int(number) != port:
            return False
        entry = name
    entry = entry.strip("[]")
    if address is not None:
        try:
            return address in ip_network(entry, strict=False)
        except ValueError:
            return False
    return host == entry.lstrip(".") or host.endswith(f".{entry.lstrip('.')}")


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
