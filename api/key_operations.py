"""GET /key: what a key may do, with which a ministry tries its connection."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from api.key_format import Mode
from api.keys import Scope
from api.operations import AnswerModel, Call, Operation


class KeyAnswer(AnswerModel):
    """La clé avec laquelle la requête a été faite."""

    id: Annotated[str, Field(description="nom de la clé, qui n'est pas secret", examples=["k3j5x7q2w4ab"])]
    ministry: Annotated[str, Field(description="le ministère à qui elle est", examples=["justice"])]
    mode: Annotated[Mode, Field(description="live, ou test : rien ne part")]
    scopes: Annotated[tuple[Scope, ...], Field(description="ce qu'elle permet")]
    requests_per_minute: Annotated[int, Field(description="requêtes par minute, au plus")]
    parts_per_day: Annotated[int, Field(description="parties de SMS par jour, au plus")]


async def describe_key(call: Call, body: None) -> KeyAnswer:
    """Return what the key of this request may do."""
    key = call.key
    return KeyAnswer(
        id=key.id,
        ministry=key.ministry,
        mode=key.mode,
        scopes=key.scopes,
        requests_per_minute=key.requests_per_minute,
        parts_per_day=key.parts_per_day,
    )


OPERATIONS: Final = (
    Operation(
        name="describeKey",
        method="GET",
        path="/key",
        summary="Ce que permet cette clé",
        run=describe_key,
        answer=KeyAnswer,
    ),
)
