"""Reads one request of a table as the server would: refused, or compared with what the table says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Protocol, TypeVar

from channels.contracts.webhook_request import BodyRule, WebhookRequest
from channels.declared.sample_requests import GatewayRequest
from channels.declared.shape import Sample
from state.errors import BadRequest, Unauthenticated

REFUSALS: Final = {"bad_request": BadRequest, "stranger": Unauthenticated}
T_co = TypeVar("T_co", covariant=True)


class Reader(Protocol[T_co]):
    """The channel of one address of a file."""

    @property
    def body_rule(self) -> BodyRule:
        """What its requests must be."""

    def verify(self, request: WebhookRequest) -> None:
        """Raise Unauthenticated unless the request is the gateway's."""

    def read(self, request: WebhookRequest) -> T_co:
        """Parse the request. Raises BadRequest and Unauthenticated."""


def sample_faults(
    found: tuple[Reader[T_co], GatewayRequest] | None, sample: Sample, differences: Callable[[T_co], Iterator[str]]
) -> Iterator[str]:
    """Yield what is wrong with a request of a table; found is the channel that it goes to, None for no channel."""
    if found is None:
        yield f"« {sample.to or 'to'} » n'est l'adresse d'aucune ligne de addresses"
        return
    channel, request = found
    try:
        channel.verify(request.read)
        channel.body_rule.require_type(request.read.headers)
        read = channel.read(request.read)
    except (BadRequest, Unauthenticated) as refused:
        if sample.refused is None or not isinstance(refused, REFUSALS[sample.refused]):
            yield f"Zin refuse cette requête ({refused})"
        return
    if sample.refused:
        yield f"le tableau dit refused: {sample.refused}, mais Zin accepte cette requête"
        return
    yield from differences(read)
