"""Where a process listens, and the proxies in front of it."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

from pydantic import Field

from settings.environment import Environment


class ServerSettings(Environment):
    """Where a process listens, and the proxies in front of it."""

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on")
    deliver_port: int = Field(0, ge=0, le=65535, description="port of `zin deliver` for /health and /metrics; 0: none")
    smpp_port: int = Field(0, ge=0, le=65535, description="port of `zin smpp` for /health and /metrics; 0: none")
    proxies: str = Field(
        "", description="addresses of the proxies in front, whose X-Forwarded-For is believed, e.g. 10.0.0.7,fd00::/8"
    )

    drain_seconds: float = Field(
        5.0, ge=0, le=300, description="time to serve on after SIGTERM, until proxies have left, in seconds; in demo 0"
    )

    @property
    def trusted_proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Return the networks in `proxies`. Raises ValueError."""
        return tuple(ip_network(one) for one in filter(None, self.proxies.replace(" ", "").split(",")))
