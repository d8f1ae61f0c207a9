"""USSD through a gateway that a file describes: one channel for each address that the gateway calls.

The file is compiled once, when the process starts; a hop looks up the values at their places and fills a template.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn

from channels.contracts.channel import validate_ids
from channels.contracts.phone_numbers import normalize_number
from channels.contracts.webhook_request import EMPTY, BodyRule, WebhookRequest, WebhookResponse
from channels.declared.compiled import RequestPlaces, body_rule, compile_places
from channels.declared.guard import Guard
from channels.declared.places import PlaceReader, Values, values_of
from channels.declared.service_code import dialled_inputs, is_part
from channels.declared.shape import UssdAddress, UssdPart
from channels.declared.templates import TYPES, Template
from state.errors import BadRequest
from state.interfaces import MAX_JOINED, MAX_NETWORK, MAX_TEXT, Inbound, Reply, ScreenSize, SessionEnd

ANY_CODE: Final = "*"  # in the place of one that the gateway does not name


@dataclass(frozen=True, slots=True)
class Replies:
    """The templates of the answers, and the names of what they repeat."""

    goes_on: Template
    ends: Template
    ended: Template | None
    echo: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeclaredUssd:
    """The channel of one address. code is the service code to serve, "" for any; secrets are those in the path."""

    name: str
    address: UssdAddress
    part: UssdPart
    body_rule: BodyRule
    places: RequestPlaces
    replies: Replies
    guard: Guard = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)
    code: str

    @property
    def path(self) -> str:
        """The path of its address, as a router writes it."""
        return self.address.path

    @property
    def room(self) -> ScreenSize:
        """The size of one screen."""
        return ScreenSize("ussd", self.part.screen.septets, self.part.screen.units)

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated unless the request is the gateway's, as far as its head shows."""
        self.guard.verify(request, self.secrets)

    def read(self, request: WebhookRequest) -> Inbound | SessionEnd:
        """Parse one hop or end. Raises BadRequest, and Unauthenticated for a wrong signature or another code."""
        values, places = values_of(request, self.address.content), self.places
        self.guard.verify_signature(values)
        session, named = places.session.text(values).strip(), places.code.text(values).strip() if places.code else ""
        if status := places.ends.status(values):
            validate_ids(session, named or ANY_CODE, "")
            return SessionEnd(self.name, session, status)
        begins = places.begins.found_in(values)
        text, is_joined = self._inputs(self._typed(values, begins=begins), named, begins=begins)
        validate_ids(session, self._code(named) or ANY_CODE, "" if is_part(named, self.code) else self.code)
        return Inbound(
            self.name,
            normalize_number(_needed(places.number, values)),
            session,
            text,
            inputs_are_cumulative=is_joined,
            code=named or self.code,
            network=places.network.text(values)[:MAX_NETWORK] if places.network else "",
            begins=begins,
            echo=tuple(one.text(values)[:MAX_TEXT] for one in places.echo),
        )

    def _code(self, named: str) -> str:
        """The service code as the gateway names it; ours if it names none. Raises BadRequest."""
        place = self.places.code
        if place and not (named or self.code or "code" in self.address.optional):
            raise BadRequest(f"no {place.written}, or not as text")
        return named or self.code

    def _typed(self, values: Values, *, begins: bool) -> str:
        """The text as it came; "" for null, and for none where it may be missing. Raises BadRequest."""
        place = self.places.text
        if place is None:
            return ""
        raw = place.raw(values)
        if isinstance(raw, str):
            return raw
        if raw is None and (begins or "text" in self.address.optional or place.is_there(values)):
            return ""
        return place.text(values) or _missing(place)

    def _inputs(self, typed: str, named: str, *, begins: bool) -> tuple[str, bool]:
        """The inputs of this hop, and whether they are joined by "*"."""
        if self.part.inputs == "joined":
            return typed[:MAX_JOINED], True
        if not begins:
            return typed[:MAX_TEXT], False
        if self.part.first == "code":
            return dialled_inputs(typed, named or (self.code if self.places.code else ""), self.code)[:MAX_JOINED], True
        return (typed.strip().strip("*#")[:MAX_JOINED] if self.part.first == "inputs" else ""), True

    def write(self, inbound: Inbound, reply: Reply) -> WebhookResponse:
        """Build the response that shows a screen."""
        template = self.replies.ends if reply.ends_session else self.replies.goes_on
        values = {
            "screen": reply.text,
            "session": inbound.session,
            "number": inbound.citizen,
            "digits": inbound.citizen.removeprefix("+"),
            "code": inbound.code,
            "network": inbound.network,
        }
        values.update(zip(self.replies.echo, inbound.echo, strict=False))
        return WebhookResponse(template.fill(values), TYPES[template.kind])

    def acknowledge(self) -> WebhookResponse:
        """Build the response to the end of a session."""
        template = self.replies.ended
        return WebhookResponse(template.fill({}), TYPES[template.kind]) if template else EMPTY


def _needed(place: PlaceReader | None, values: Values) -> str:
    return (place.text(values).strip() if place else "") or _missing(place)


def _missing(place: PlaceReader | None) -> NoReturn:
    raise BadRequest(f"no {place.written if place else 'number'}, or not as text")


def build_ussd(
    name: str, part: UssdPart, guard: Guard, secrets: tuple[bytes, ...], code: str
) -> Iterator[DeclaredUssd]:
    """Yield the channel of each address; to the conversation they are one."""
    kind = part.reply.type
    replies = Replies(
        Template(kind, part.reply.goes_on),
        Template(kind, part.reply.ends),
        Template(kind, part.reply.ended) if part.reply.ended else None,
        tuple(f"echo.{one}" for one in part.echo),
    )
    for one in part.addresses:
        rule = body_rule(one.content, one.method, one.path, guard)
        yield DeclaredUssd(name, one, part, rule, compile_places(one, part.echo), replies, guard, secrets, code)
