"""Refuses strangers as a gateway's file says: by a secret, HTTP Basic, a signature, an address. All must be right."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import product

from channels.contracts.channel import is_one_of, require_secret
from channels.contracts.peer_address import Networks, peer_address
from channels.contracts.peer_address import is_one_of as is_in
from channels.contracts.webhook_request import WebhookRequest
from channels.declared.credentials import Credentials
from channels.declared.places import PlaceReader, Values
from channels.declared.shape import Signature, Verify
from state.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class Guard:
    """What proves that a request is the gateway's, beside the secret in the path. headers has the values accepted."""

    headers: tuple[tuple[str, tuple[bytes, ...]], ...] = field(repr=False)
    networks: tuple[IPv4Network | IPv6Network, ...]
    proxies: Networks
    signature: Signature | None
    keys: tuple[bytes, ...] = field(repr=False)
    has_path: bool

    def verify(self, request: WebhookRequest, secrets: tuple[bytes, ...]) -> None:
        """Raise Unauthenticated unless path, headers and address are right. Does not read the body."""
        if self.has_path:
            require_secret(request, secrets)
        for name, accepted in self.headers:
            given = request.headers.get(name, "").encode("utf-8", "surrogatepass")
            if not is_one_of(given, accepted):
                raise Unauthenticated(f"wrong {name}")
        if self.networks:
            address = request.address
            if not is_in(peer_address(address.peer, address.forwarded, self.proxies), self.networks):
                raise Unauthenticated("another network address")

    def verify_signature(self, values: Values) -> None:
        """Raise Unauthenticated unless the signature is right, if there is to be one."""
        if self.signature is None:
            return
        given = values.request.headers.get(self.signature.header, "").encode("utf-8", "surrogatepass")
        signed = signed_bytes(self.signature, values)
        if not is_one_of(given, tuple(sign(self.signature, key, signed) for key in self.keys)):
            raise Unauthenticated("wrong signature")


def signed_bytes(signature: Signature, values: Values) -> bytes:
    """Return what is signed: the body, or the values of some places."""
    if signature.of == "body":
        return values.request.body
    return signature.joined_by.join(PlaceReader(place).text(values) for place in signature.of).encode()


def sign(signature: Signature, key: bytes, signed: bytes) -> bytes:
    """Return the value of the header."""
    digest = hmac.digest(key, signed, signature.algorithm)
    written = digest.hex() if signature.written == "hex" else base64.b64encode(digest).decode()
    return f"{signature.prefix}{written}".encode()


def build_guard(verify: Verify, credentials: Credentials, proxies: Networks) -> Guard:
    """Build the guard with the values of the installation; a value that is missing refuses every request."""
    headers: list[tuple[str, tuple[bytes, ...]]] = []
    if verify.header:
        headers.append((verify.header.name, credentials.secrets(verify.header)))
    if verify.basic:
        headers.append(("Authorization", _basic(verify, credentials)))
    return Guard(
        tuple(headers),
        tuple(ip_network(one, strict=False) for one in verify.addresses),
        proxies,
        verify.hmac,
        credentials.secrets(verify.hmac) if verify.hmac else (),
        verify.path is not None,
    )


def _basic(verify: Verify, credentials: Credentials) -> tuple[bytes, ...]:
    assert verify.basic, "there is HTTP Basic"
    both = product(credentials.secrets(verify.basic.user), credentials.secrets(verify.basic.password))
    return tuple(b"Basic " + base64.b64encode(b"%b:%b" % pair) for pair in both)
