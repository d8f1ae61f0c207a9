"""Fields of a body, one after the other: octets, octet strings, and the optional parameters behind them."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Final

from smpp.constants import RINVCMDLEN, RINVOPTPARSTREAM
from smpp.errors import MalformedBody

PARAMETER: Final = Struct("!HH")  # tag and length
MAX_STRING: Final = 256  # octets of a field that ends with a zero: the specification has at most 65


class Octets:
    """Reads a body from its beginning. Every method raises MalformedBody where the body ends too early."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    @property
    def is_empty(self) -> bool:
        """Return whether everything is read."""
        return self._at >= len(self._body)

    def octet(self) -> int:
        """Read a number of one octet."""
        return self.octets(1)[0]

    def octets(self, many: int) -> bytes:
        """Read so many octets."""
        end = self._at + many
        if end > len(self._body):
            raise MalformedBody("the body ends within a field", RINVCMDLEN)
        found, self._at = self._body[self._at : end], end
        return found

    def string(self) -> str:
        """Read a text that ends with a zero octet."""
        end = self._body.find(b"\0", self._at, self._at + MAX_STRING)
        if end < 0:
            raise MalformedBody("a text does not end", RINVCMDLEN)
        found, self._at = self._body[self._at : end], end + 1
        return found.decode("latin-1")

    def parameters(self) -> dict[int, bytes]:
        """Read the optional parameters until the end; of two with the same tag, the first."""
        found: dict[int, bytes] = {}
        while not self.is_empty:
            try:
                tag, length = PARAMETER.unpack(self.octets(PARAMETER.size))
                found.setdefault(tag, self.octets(length))
            except MalformedBody:
                raise MalformedBody("a parameter is cut off", RINVOPTPARSTREAM) from None
        return found


def encode_string(text: str) -> bytes:
    """Return a text as octets that end with a zero. Raises ValueError for signs that no such field can hold."""
    if "\0" in text:
        raise ValueError("a zero within a text")
    return text.encode("latin-1") + b"\0"


def encode_parameters(parameters: Mapping[int, bytes]) -> bytes:
    """Return optional parameters as octets."""
    return b"".join(PARAMETER.pack(tag, len(value)) + value for tag, value in parameters.items())
