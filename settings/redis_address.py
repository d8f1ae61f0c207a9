"""The address of Redis in the settings, taken apart: one server, sentinels that name one, or a cluster.

redis://user:password@host:6379/0, rediss:// with TLS, unix://; sentinel://user:password@host1,host2,host3/name/0,
sentinels:// with TLS. Options that follow a question mark are redis-py's, such as ssl_ca_certs; sentinel_username and
sentinel_password are for the sentinels themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

SINGLE: Final = ("redis://", "rediss://", "unix://")
SENTINELS: Final = ("sentinel://", "sentinels://")
REDIS: Final = SINGLE + SENTINELS
FILES: Final = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
SENTINEL_PORT: Final = 26379


@dataclass(frozen=True, slots=True)
class SentinelAddress:
    """Sentinels, each as an address of its own, and the servers that they watch under a name."""

    sentinels: tuple[str, ...]
    name: str
    scheme: str  # of the watched servers
    credentials: str  # user:password@, as in the address, or nothing
    rest: str  # /database?options

    def server(self, host: str, port: int) -> str:
        """Return the address of a watched server."""
        named = f"[{host}]" if ":" in host else host
        return f"{self.scheme}://{self.credentials}{named}:{port}{self.rest}"


def split_sentinels(address: str) -> SentinelAddress:
    """Take an address of sentinels apart. Raises ValueError, whose text says what is missing."""
    parts = urlsplit(address)
    credentials, at, named = parts.netloc.rpartition("@")
    hosts = [one for one in named.split(",") if one]
    name, _, database = parts.path.strip("/").partition("/")
    if not hosts or not name or not (database or "0").isdigit():
        raise ValueError("sentinel://host1,host2,host3/name/0, where name is what the sentinels call the primary")
    scheme = "rediss" if parts.scheme == "sentinels" else "redis"
    options = dict(parse_qsl(parts.query))
    user, password = options.pop("sentinel_username", ""), options.pop("sentinel_password", "")
    own = f"{quote(user, safe='')}:{quote(password, safe='')}@" if password else ""
    query = f"?{urlencode(options)}" if options else ""
    return SentinelAddress(
        tuple(f"{scheme}://{own}{_with_port(host)}{query}" for host in hosts),
        name,
        scheme,
        credentials + at,
        f"/{database or 0}{query}",
    )


def check_redis_address(address: str) -> None:
    """Check that an address has what its kind needs. Raises ValueError."""
    if address.startswith(SENTINELS):
        split_sentinels(address)
    elif address.startswith(("redis://", "rediss://")) and "," in urlsplit(address).netloc.rpartition("@")[2]:
        raise ValueError(
            "one host only; for several that fail over, sentinel://host1,host2,host3/name/0 with the sentinels' hosts"
        )


def named_files(address: str) -> dict[str, str]:
    """Return the files that the options of an address name, such as a certificate authority's."""
    return {name: value for name, value in parse_qsl(urlsplit(address).query) if name in FILES}


def _with_port(host: str) -> str:
    parts = urlsplit(f"//{host}")
    return host if parts.port else f"{host}:{SENTINEL_PORT}"
