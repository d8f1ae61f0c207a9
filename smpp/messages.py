"""The bodies of submit_sm and deliver_sm, which have the same fields (SMPP 3.4, sections 4.4.1 and 4.6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from smpp.constants import ESM_KIND, ESM_RECEIPT, ESM_UDHI, MAX_SHORT, MESSAGE_PAYLOAD
from smpp.octets import Octets, encode_parameters, encode_string


@dataclass(frozen=True, slots=True)
class Address:
    """A number or a name with its type (TON) and its numbering plan (NPI)."""

    digits: str = field(repr=False)
    ton: int = 0
    npi: int = 0

    def encoded(self) -> bytes:
        """Return it as octets."""
        return bytes((self.ton, self.npi)) + encode_string(self.digits)


NOWHERE: Final = Address("")


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """A message in either direction. text is its octets in the alphabet of data_coding, wherever they stood."""

    source: Address
    destination: Address
    text: bytes = field(default=b"", repr=False)
    service_type: str = ""
    esm_class: int = 0
    protocol: int = 0
    validity: str = ""
    registered_delivery: int = 0
    data_coding: int = 0
    parameters: Mapping[int, bytes] = field(default_factory=dict, repr=False)

    @property
    def is_receipt(self) -> bool:
        """Return whether it says what became of a message that was sent earlier."""
        return self.esm_class & ESM_KIND == ESM_RECEIPT

    @property
    def has_header(self) -> bool:
        """Return whether its text begins with a user data header."""
        return bool(self.esm_class & ESM_UDHI)

    def encoded(self) -> bytes:
        """Return the body. A text that short_message cannot hold stands in message_payload."""
        parameters, text = dict(self.parameters), self.text
        if len(text) > MAX_SHORT:
            parameters[MESSAGE_PAYLOAD], text = text, b""
        head = (
            encode_string(self.service_type) + self.source.encoded() + self.destination.encoded(),
            bytes((self.esm_class, self.protocol, 0)) + encode_string("") + encode_string(self.validity),
            bytes((self.registered_delivery, 0, self.data_coding, 0, len(text))) + text,
        )
        return b"".join(head) + encode_parameters(parameters)


def decode_message(body: bytes) -> ShortMessage:
    """Read the body of a submit_sm or a deliver_sm. Raises MalformedBody."""
    octets = Octets(body)
    service_type = octets.string()
    source, destination = _address(octets), _address(octets)
    esm_class, protocol, _priority = octets.octets(3)
    _schedule, validity = octets.string(), octets.string()
    registered, _replace, coding, _default, length = octets.octets(5)
    text, parameters = octets.octets(length), octets.parameters()
    payload = parameters.pop(MESSAGE_PAYLOAD, b"")
    return ShortMessage(
        source,
        destination,
        text or payload,
        service_type=service_type,
        esm_class=esm_class,
        protocol=protocol,
        validity=validity,
        registered_delivery=registered,
        data_coding=coding,
        parameters=parameters,
    )


def _address(octets: Octets) -> Address:
    ton, npi = octets.octets(2)
    return Address(octets.string(), ton, npi)
