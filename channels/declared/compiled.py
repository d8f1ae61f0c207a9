"""The places of a file, compiled once: what a hop looks up in a request, and what its body must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from channels.contracts.request_body import FORM_BODY, JSON_BODY, MAX_BYTES
from channels.contracts.webhook_request import BodyRule
from channels.declared.guard import Guard
from channels.declared.places import PlaceReader, Values
from channels.declared.shape import Content, Ends, Match, Method, UssdAddress
from channels.declared.templates import XML

Status = Literal["finished", "left", "failed"]
KINDS: Final[tuple[Status, ...]] = ("finished", "left", "failed")
BODY_RULES: Final[Mapping[Content, BodyRule]] = {
    "json": JSON_BODY,
    "form": FORM_BODY,
    "xml": BodyRule(XML, MAX_BYTES, also=("text/xml",)),
    "query": BodyRule("", MAX_BYTES),
}


class Begins:
    """Whether a request is of a kind, such as one that begins a call."""

    __slots__ = ("_always", "_place", "_values")

    def __init__(self, match: Match | Literal["always"] | None) -> None:
        self._always = match == "always"
        self._place = PlaceReader(match.at) if isinstance(match, Match) else None
        values = match.is_ if isinstance(match, Match) else ()
        self._values = frozenset(one.casefold() for one in values)

    def found_in(self, values: Values) -> bool:
        """Whether this request has one of the values; case is ignored."""
        if self._place is None:
            return self._always
        return self._place.text(values).strip().casefold() in self._values


class EndOfCall:
    """How a request says that its call is over."""

    __slots__ = ("_only", "_place", "_statuses")

    def __init__(self, ends: Ends | None, *, only: bool) -> None:
        self._place = PlaceReader(ends.at) if ends else None
        self._only: Status | None = "left" if only else None
        self._statuses: dict[str, Status] = {
            one.casefold(): kind for kind in KINDS for one in (getattr(ends, kind) if ends else ())
        }

    def status(self, values: Values) -> Status | None:
        """How the call ended; None for a hop. Case is ignored."""
        if self._place is None:
            return self._only
        return self._statuses.get(self._place.text(values).strip().casefold(), self._only)


@dataclass(frozen=True, slots=True)
class RequestPlaces:
    """Where the parts of a request stand, ready to be looked up."""

    session: PlaceReader
    number: PlaceReader | None
    text: PlaceReader | None
    code: PlaceReader | None
    network: PlaceReader | None
    echo: tuple[PlaceReader, ...]
    begins: Begins
    ends: EndOfCall


def compile_places(address: UssdAddress, echo: Mapping[str, str]) -> RequestPlaces:
    """Compile the places of one address."""
    return RequestPlaces(
        PlaceReader(address.session),
        number=_reader(address.number),
        text=_reader(address.text),
        code=_reader(address.code),
        network=_reader(address.network),
        echo=tuple(map(PlaceReader, echo.values())),
        begins=Begins(address.begins),
        ends=EndOfCall(address.ends, only=address.only_ends),
    )


def _reader(written: str | None) -> PlaceReader | None:
    return PlaceReader(written) if written else None


def body_rule(content: Content, method: Method, path: str, guard: Guard, most: int = 0) -> BodyRule:
    """Return the rule of an address, which says also whether a connection may answer it without a router.

    most is the number of bytes of a body, 0 for the usual one.
    """
    usual = BODY_RULES[content]
    start, _, rest = path.partition("/{secret}")
    is_simple = "{" not in start + rest and rest.count("/") <= 1
    needs_address = content == "query" or bool(guard.networks) or not is_simple
    is_signed = guard.signature is not None
    return BodyRule(usual.content_type, most or MAX_BYTES, is_signed, usual.also, method, needs_address)
