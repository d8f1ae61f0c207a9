"""Bodies of requests: a JSON object."""

from __future__ import annotations

import pytest

from channels.contracts.request_body import json_object
from state.errors import BadRequest

WRONG = [
    *((raw, "no JSON") for raw in (b"", b"{", b"\xff", b"[" * 2000)),
    *((raw, "a JSON object is needed") for raw in (b"[]", b"null", b'"a"')),
]


@pytest.mark.parametrize(("raw", "why"), WRONG, ids=[repr(raw[:10]) for raw, _ in WRONG])
def test_json_object_refuses_other_bodies(raw: bytes, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        json_object(raw)


def test_json_object_is_read() -> None:
    assert json_object('{"nom": "Adjovi Ɖ"}'.encode()) == {"nom": "Adjovi Ɖ"}
