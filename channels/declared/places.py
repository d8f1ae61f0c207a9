"""Places in a request: where a value stands in a body, a query, a header or a path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from channels.contracts.channel import scalar
from channels.contracts.request_body import form, json_value
from channels.contracts.webhook_request import WebhookRequest
from channels.declared.safe_xml import xml_value

ORIGINS: Final = ("header", "path", "query")
WORDS: Final = {True: "true", False: "false"}


@dataclass(slots=True)
class Values:
    """The values of one request, or of one part of a list in it: content is its parsed body or query."""

    request: WebhookRequest
    content: Any

    def of_query(self) -> Mapping[str, str]:
        """Return the values of the query. Raises BadRequest."""
        return query_values(self.request)


def query_values(request: WebhookRequest) -> Mapping[str, str]:
    """Parse the query of a request. Raises BadRequest."""
    return form(request.address.query.encode())


PARSERS: Final[Mapping[str, Callable[[WebhookRequest], Any]]] = {
    "json": lambda request: json_value(request.body),
    "form": lambda request: form(request.body),
    "xml": lambda request: xml_value(request.body),
    "query": query_values,
}


def values_of(request: WebhookRequest, content: str) -> Values:
    """Parse what carries the values of a request. Raises BadRequest."""
    return Values(request, PARSERS[content](request))


class PlaceReader:
    """Finds the value at one place."""

    __slots__ = ("_keys", "_origin", "written")

    def __init__(self, written: str) -> None:
        origin, colon, name = written.partition(":")
        self.written = written
        self._origin = origin if colon and origin in ORIGINS else ""
        self._keys = (name,) if self._origin else tuple(written.split("."))

    def raw(self, values: Values) -> Any:
        """Return the value as it was parsed; None if there is none."""
        if not self._origin:
            return value_at(values.content, self._keys)
        name = self._keys[0]
        if self._origin == "header":
            return values.request.headers.get(name)
        return (values.of_query() if self._origin == "query" else values.request.address.parts).get(name)

    def is_there(self, values: Values) -> bool:
        """Return whether the body has this place, even with null in it."""
        outer = value_at(values.content, self._keys[:-1])
        return isinstance(outer, Mapping) and self._keys[-1] in outer

    def text(self, values: Values) -> str:
        """Return the value as a text; "" for none, and for a list or an object."""
        return as_text(self.raw(values))


def value_at(content: Any, keys: tuple[str, ...]) -> Any:
    """Follow keys into objects, and numbers into lists; None if there is nothing."""
    for key in keys:
        if isinstance(content, Mapping):
            content = content.get(key)
        elif isinstance(content, list) and key.isdigit():
            content = content[int(key)] if int(key) < len(content) else None
        else:
            return None
    return content


def as_text(value: Any) -> str:
    """Return a value as a text, with true and false for truth values; "" for none, a list or an object."""
    return WORDS[value] if isinstance(value, bool) else scalar(value)
