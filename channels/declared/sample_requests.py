"""Requests as a gateway makes them, with the right secret, header or signature: for tables and trials."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Final

from multidict import CIMultiDict

from channels.contracts.request_body import FORM, JSON
from channels.contracts.webhook_request import RequestAddress, WebhookRequest
from channels.declared.credentials import Credentials
from channels.declared.guard import sign, signed_bytes
from channels.declared.places import values_of
from channels.declared.shape import Content, Method, Named, Sample, Verify
from channels.declared.templates import XML

TYPES: Final[Mapping[Content, str]] = {"json": JSON, "form": FORM, "xml": XML}
PART: Final = re.compile(r"\\\{([a-z]+)\\\}")


@dataclass(frozen=True, slots=True)
class OneSecret:
    """Credentials with the same secret everywhere, and no other value."""

    secret: str = field(repr=False)

    def plain(self, setting: str) -> str:
        """Return "": there is no such setting."""
        return ""

    def secrets(self, named: Named) -> tuple[bytes, ...]:
        """Return the secret."""
        return (self.secret.encode(),)


@dataclass(frozen=True, slots=True)
class Target:
    """An address of a file: its path, method, and what carries the values."""

    path: str
    method: Method
    content: Content

    def parts(self, to: str) -> Mapping[str, str] | None:
        """Return the named parts of a path with `{secret}` as it is; None for another path."""
        pattern = PART.sub(lambda found: f"(?P<{found[1]}>[^/]+)", re.escape(self.path))
        found = re.fullmatch(pattern, to)
        return found.groupdict() if found else None


@dataclass(frozen=True, slots=True)
class GatewayRequest:
    """A request of a gateway, to be sent or read. url is the path and the query."""

    method: Method
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    read: WebhookRequest = field(repr=False)


def build_request(
    target: Target, to: str, sent: tuple[Mapping[str, str], bytes], verify: Verify, credentials: Credentials
) -> GatewayRequest | None:
    """Return the request to this address, authorized as the file says; None if `to` is not the target's.

    sent are its own headers and its body.
    """
    path, _, query = to.partition("?")
    parts = target.parts(path)
    if parts is None:
        return None
    headers, body = CIMultiDict(sent[0]), sent[1]
    if target.content in TYPES:
        headers.setdefault("Content-Type", TYPES[target.content])
    secret = _first(verify.path, credentials) if verify.path else ""
    peer = str(ip_network(verify.addresses[0], strict=False)[0]) if verify.addresses else ""
    address = RequestAddress({**parts, "secret": secret}, query, peer)
    read = WebhookRequest(secret, headers, body, address)
    _authorize(headers, read, target.content, verify, credentials)
    url = to.replace("{secret}", secret)
    return GatewayRequest(target.method, url, headers, body, read)


def sample_address(sample: Sample, paths: Sequence[str]) -> str:
    """Return the address of a sample: its own, or the only one of the file."""
    return sample.to or (paths[0] if len(paths) == 1 else "")


def _authorize(
    headers: CIMultiDict[str], read: WebhookRequest, content: Content, verify: Verify, credentials: Credentials
) -> None:
    if verify.header:
        headers[verify.header.name] = _first(verify.header, credentials)
    if verify.basic:
        pair = f"{_first(verify.basic.user, credentials)}:{_first(verify.basic.password, credentials)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    if verify.hmac:
        key = _first(verify.hmac, credentials).encode()
        headers[verify.hmac.header] = sign(
            verify.hmac, key, signed_bytes(verify.hmac, values_of(read, content))
        ).decode()


def _first(named: Named, credentials: Credentials) -> str:
    return next((one.decode() for one in credentials.secrets(named)), "")
