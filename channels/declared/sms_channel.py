"""SMS through a gateway that a file describes: messages of citizens and delivery reports that come in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar, Final, Literal

from channels.contracts.channel import cut
from channels.contracts.message_channel import ChannelEvent, DeliveryReport, UnknownReport
from channels.contracts.phone_numbers import normalize_number
from channels.contracts.webhook_request import BodyRule, WebhookRequest, WebhookResponse
from channels.declared.compiled import Begins, body_rule
from channels.declared.guard import Guard
from channels.declared.places import PlaceReader, Values, values_of
from channels.declared.shape import Match
from channels.declared.sms_shape import MessagePlaces, ReportPlaces, SmsAddress, SmsPart, Statuses
from channels.declared.templates import TYPES, Template
from state.errors import BadRequest
from state.interfaces import MAX_MESSAGE, MAX_NETWORK, Inbound, Recipient, Reply, ScreenSize

State = Literal["delivered", "failed", "pending"]
STATES: Final[tuple[State, ...]] = ("delivered", "failed", "pending")
GATEWAY: Final = "sms"
MAX_LIST_BYTES: Final = 128 * 1024  # a hundred reports in one request
MILLISECONDS: Final = 10**11  # a larger number is no time in seconds


@dataclass(frozen=True, slots=True)
class DeclaredSms:
    """The channel of one address."""

    room: ClassVar[ScreenSize] = ScreenSize("sms", 3 * 153, 3 * 67)  # three SMS; longer texts are paged
    dedup_seconds: ClassVar[float] = 24 * 3600.0
    response_deadline: ClassVar[float] = 9.0

    name: str
    address: SmsAddress
    part: SmsPart
    body_rule: BodyRule
    guard: Guard = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)

    @property
    def path(self) -> str:
        """The path of its address, as a router writes it."""
        return self.address.path

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated unless the request is the gateway's, as far as its head shows."""
        self.guard.verify(request, self.secrets)

    def read(self, request: WebhookRequest) -> Sequence[ChannelEvent]:
        """Parse messages and reports in their order. Raises BadRequest, and Unauthenticated for a wrong signature."""
        values = values_of(request, self.address.content)
        self.guard.verify_signature(values)
        return [event for one in self._each(values) for event in self._events(one)]

    def _each(self, values: Values) -> Iterator[Values]:
        if self.address.each is None:
            yield values
            return
        listed = PlaceReader(self.address.each).raw(values)
        if listed is None:
            raise BadRequest(f"no {self.address.each}")
        for one in listed if isinstance(listed, list) else [listed]:
            yield Values(values.request, one)

    def _events(self, values: Values) -> Iterator[ChannelEvent]:
        address = self.address
        if address.message and _is_there(address.message.text, address.message.when, values):
            yield from self._message(address.message, values)
        elif address.report and _is_there(address.report.status, address.report.when, values):
            yield from self._report(address.report, values)
        else:
            raise BadRequest("neither a message nor a report")

    def _message(self, places: MessagePlaces, values: Values) -> Iterator[Inbound]:
        """Yield the message; nothing if the sender is a name in letters, which cannot be answered."""
        named = _needed(places.id, values)
        written = _needed(places.number, values)
        try:
            phone = normalize_number(written)
        except BadRequest:
            return
        network = PlaceReader(places.network).text(values)[:MAX_NETWORK] if places.network else ""
        heard_at = _seconds(PlaceReader(places.date).text(values)) if places.date else 0.0
        yield Inbound(
            self.name,
            phone,
            "",
            cut(PlaceReader(places.text).text(values)),
            inputs_are_cumulative=False,
            network=network,
            message=named[:MAX_MESSAGE],
            reply_to=Recipient(GATEWAY, phone, heard_at),
        )

    def _report(self, places: ReportPlaces, values: Values) -> Iterator[ChannelEvent]:
        """Yield the report; nothing if another one follows. Two gateways may give the same id: ours has the name."""
        named, status = _needed(places.id, values), PlaceReader(places.status).text(values).strip()
        state = states_of(self.part.statuses).get(status.casefold())
        if state is None:
            yield UnknownReport(GATEWAY, status)
        elif state != "pending":
            reason = PlaceReader(places.reason).text(values) if places.reason else status
            yield DeliveryReport(GATEWAY, f"{self.name}:{named}", state, reason if state == "failed" else "")

    def replies_inline(self, inbound: Inbound) -> bool:
        """Whether the response carries the answer: never, an SMS is sent through the outbox."""
        return False

    def acknowledge(self, inbound: Inbound | None, reply: Reply | None) -> WebhookResponse:
        """Build the response that the gateway wants to read."""
        template = Template(self.part.answer.type, self.part.answer.body)
        return WebhookResponse(template.fill({}), TYPES[template.kind])


def states_of(statuses: Statuses) -> Mapping[str, State]:
    """Return what each status means, by the status without case."""
    return {one.casefold(): state for state in STATES for one in getattr(statuses, state)}


def _is_there(place: str, when: Match | None, values: Values) -> bool:
    """Whether a request has this place, and is of the kind that `when` describes."""
    is_kind = when is None or Begins(when).found_in(values)
    return is_kind and PlaceReader(place).raw(values) is not None


def _needed(place: str, values: Values) -> str:
    text = PlaceReader(place).text(values).strip()
    if not text:
        raise BadRequest(f"no {place}, or not as text")
    return text


def _seconds(written: str) -> float:
    """Parse a time in Unix seconds or milliseconds, or an ISO 8601 date, UTC without a zone; 0 for any other text."""
    if written.isascii() and written.isdigit() and len(written) < 16:
        return int(written) / 1000 if int(written) > MILLISECONDS else float(written)
    try:
        when = datetime.fromisoformat(written)
    except ValueError:
        return 0.0
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def build_sms(name: str, part: SmsPart, guard: Guard, secrets: tuple[bytes, ...]) -> Iterator[DeclaredSms]:
    """Yield the channel of each address; to the conversation they are one."""
    for one in part.addresses:
        most = MAX_LIST_BYTES if one.each else 0
        rule = body_rule(one.content, one.method, one.path, guard, most)
        yield DeclaredSms(name, one, part, rule, guard, secrets)
