"""Parsers of a request's body, and the rules of its size and type.

No parsed text has a zero byte or half of a surrogate pair: PostgreSQL stores neither, and no phone can type them. A
zero byte is left out, so that a text is answered as if it were not there; half of a pair becomes U+FFFD, as bytes that
are not UTF-8 do.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson
from yarl import query_to_pairs

from channels.contracts.webhook_request import BodyRule
from state.errors import BadRequest

MAX_BYTES: Final = 8192  # twice the percent-encoded inputs of the longest USSD session
MAX_FIELDS: Final = 32
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
FORM_BODY: Final = BodyRule(FORM, MAX_BYTES)
JSON_BODY: Final = BodyRule(JSON, MAX_BYTES, also=("text/json",))  # as some aggregators write it
BOM: Final = b"\xef\xbb\xbf"
# Each escape of a JSON text in its order: a whole surrogate pair, another code, a single sign such as an escaped "\\".
ESCAPE: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u([0-9a-fA-F]{4})|.)", re.DOTALL
)


def form(raw: bytes) -> dict[str, str]:
    """Parse the fields of a form. Bytes that are not UTF-8 become U+FFFD. Raises BadRequest, also for a repeated field.

    This is 3 microseconds faster than aiohttp's request.post(), which fails on bytes that are not UTF-8.
    """
    try:
        pairs = query_to_pairs(raw.decode("utf-8", "replace"), max_fields=MAX_FIELDS)
    except ValueError:
        raise BadRequest(f"more than {MAX_FIELDS} fields") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadRequest("a field is given twice")
    if b"%00" in raw or b"\0" in raw:
        return {name: value.replace("\0", "") for name, value in fields.items()}
    return fields


def json_object(raw: bytes) -> dict[str, Any]:
    """Parse a JSON object. Raises BadRequest."""
    fields = json_value(raw)
    if not isinstance(fields, dict):
        raise BadRequest("a JSON object is needed")
    return fields


def json_value(raw: bytes) -> Any:
    """Parse JSON. Raises BadRequest. What orjson refuses is parsed by `json`, which takes also NaN and Infinity."""
    if b"\\u0000" not in raw:
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            pass
    text = _storable(raw)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _parse_lenient(text)


def _parse_lenient(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest("no JSON") from None


def _storable(raw: bytes) -> bytes:
    """JSON without zero bytes, halves of surrogate pairs, bytes that are not UTF-8 and a byte order mark."""
    text = raw.removeprefix(BOM).replace(b"\0", b"").decode("utf-8", "replace").encode()
    return ESCAPE.sub(_storable_escape, text)


def _storable_escape(found: re.Match[bytes]) -> bytes:
    code = int(found[1], 16) if found[1] else None
    if code is None:
        return found[0]
    if code == 0:
        return b""
    return rb"\ufffd" if 0xD800 <= code <= 0xDFFF else found[0]
