"""The address of Redis in the settings, taken apart: one server, sentinels that name one, or a cluster.

    redis://user:password@host:6379/0                             rediss:// with TLS, unix:// for a socket
    sentinel://user:password@host1,host2,host3/name/0             sentinels:// with TLS
    redis+cluster://user:password@host1:7000,host2:7000           rediss+cluster:// with TLS

Options that follow a question mark are redis-py's, such as ssl_ca_certs; sentinel_username and sentinel_password are
for the sentinels themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

SINGLE: Final = ("redis://", "rediss://", "unix://")
SENTINELS: Final = ("sentinel://", "sentinels://")
CLUSTER: Final = ("redis+cluster://", "rediss+cluster://")
REDIS: Final = SINGLE + SENTINELS + CLUSTER
FILES: Final = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
SENTINEL_PORT: Final = 26379
SERVER_PORT: Final = 6379


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
        return f"{self.scheme}://{self.credentials}{_bracketed(host)}:{port}{self.rest}"


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """Some nodes of a cluster, each as host and port, and how to sign in at every node."""

    nodes: tuple[tuple[str, int], ...]
    scheme: str
    credentials: str  # user:password@, as in the address, or nothing
    rest: str  # ?options

    def server(self, host: str, port: int) -> str:
        """Return the address of a node."""
        return f"{self.scheme}://{self.credentials}{_bracketed(host)}:{port}{self.rest}"


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


def split_cluster(address: str) -> ClusterAddress:
    """Take an address of a cluster apart. Raises ValueError, whose text says what is wrong."""
    parts = urlsplit(address)
    credentials, at, named = parts.netloc.rpartition("@")
    hosts = [urlsplit(f"//{one}") for one in named.split(",") if one]
    if not hosts or not all(one.hostname for one in hosts):
        raise ValueError("redis+cluster://host1:7000,host2:7000,host3:7000, with some nodes of the cluster")
    if parts.path not in ("", "/", "/0") or "db" in dict(parse_qsl(parts.query)):
        raise ValueError("a cluster has database 0 only: redis+cluster://host1:7000,host2:7000 without a number")
    return ClusterAddress(
        tuple((one.hostname or "", one.port or SERVER_PORT) for one in hosts),
        parts.scheme.partition("+")[0],
        credentials + at,
        f"?{parts.query}" if parts.query else "",
    )


def check_redis_address(address: str) -> None:
    """Check that an address has what its kind needs. Raises ValueError."""
    if address.startswith(SENTINELS):
        split_sentinels(address)
    elif address.startswith(CLUSTER):
        split_cluster(address)
    elif address.startswith(("redis://", "rediss://")) and "," in urlsplit(address).netloc.rpartition("@")[2]:
        raise ValueError(
            "one host only; for several that fail over, sentinel://host1,host2,host3/name/0 with the sentinels' hosts,"
            " or redis+cluster://host1,host2,host3 with nodes of a cluster"
        )


def named_files(address: str) -> dict[str, str]:
    """Return the files that the options of an address name, such as a certificate authority's."""
    return {name: value for name, value in parse_qsl(urlsplit(address).query) if name in FILES}


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _with_port(host: str) -> str:
    parts = urlsplit(f"//{host}")
    return host if parts.port else f"{host}:{SENTINEL_PORT}"
