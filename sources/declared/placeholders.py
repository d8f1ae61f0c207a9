"""Fills the placeholders of a declared request from a citizen's answers: `{reference}`, `{proof.day}`.

Values are never joined to a text that is parsed afterwards: in a path and a query they are percent-encoded, in JSON and
in forms they are values. A key whose placeholder has no value is left out, since a proof is either the end of a phone
number or a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from catalog.normalize import answer, day, last_four_digits
from catalog.source_files import HttpSourceFile, Request
from httpclient.json_client import Call
from state.interfaces import Form
from state.text.answer_forms import canonical
from state.text.dates import lacks_day

PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*(?:\.(?:phone_tail|day))?)\}")
PROOF_PARTS: Final = {"phone_tail": last_four_digits, "day": day}
BIRTHS: Final = frozenset({"day", "proof"})  # an API is asked with a whole date, never with a year alone
_DOTS: Final = frozenset({".", ".."})  # as a part of a path they name another resource

Values = Mapping[str, str]


class NoValue(Exception):
    """A placeholder has no value, so what it stands in is left out."""


def read_answers(needs: Mapping[str, Form], answers: Mapping[str, str]) -> Values | None:
    """Return the values of all placeholders; None if a needed answer is missing or does not have its form."""
    values: dict[str, str] = {}
    for name, form in needs.items():
        values[name] = canonical(form, answer(answers, name))
        if not values[name] or (form in BIRTHS and lacks_day(values[name])):
            return None
        if form == "proof":
            values |= {f"{name}.{part}": read(values[name]) for part, read in PROOF_PARTS.items()}
    return values


def fill_request(file: HttpSourceFile, server: str, values: Values) -> Call | None:
    """Return the request for these answers, without headers; None if they cannot stand in its path."""
    request = file.request
    try:
        path = "/".join(_segment(part, values) for part in request.path.split("/"))
    except NoValue:
        return None
    query = _flat(request.query, values)
    body = None if request.json_ is None else _tree(request.json_, values)
    form = None if request.form is None else _flat(request.form, values)
    return Call(request.method, server + path, query, body, form)


def names_in(text: str) -> Iterator[str]:
    """Yield the placeholders of a text: a need, or a part of a proof as `proof.day`."""
    yield from PLACEHOLDER.findall(text)


def texts_of(request: Request) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every text of a request that may have placeholders, with its place below `request`."""
    yield ("path",), request.path
    yield from _leaves(("query",), request.query)
    yield from _leaves(("json",), request.json_)
    yield from _leaves(("form",), request.form)


def _leaves(where: tuple[str | int, ...], part: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(part, str):
        yield where, part
    for key, value in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        yield from _leaves((*where, key), value)


def _segment(written: str, values: Values) -> str:
    """Return one part of a path. Raises NoValue, also if it would name the folder itself or the one above."""
    filled = PLACEHOLDER.sub(lambda found: quote(_value(found[1], values), safe=""), written)
    if filled in _DOTS:
        raise NoValue
    return filled


def _flat(written: Mapping[str, str], values: Values) -> dict[str, str]:
    return dict(_kept(written.items(), values))


def _tree(written: Any, values: Values) -> Any:
    match written:
        case str():
            return _text(written, values)
        case dict():
            return dict(_kept(written.items(), values))
        case list():
            return [value for _, value in _kept(enumerate(written), values)]
    return written


def _kept(parts: Any, values: Values) -> Iterator[tuple[Any, Any]]:
    for key, part in parts:
        try:
            yield key, _tree(part, values)
        except NoValue:
            continue


def _text(written: str, values: Values) -> str:
    return PLACEHOLDER.sub(lambda found: _value(found[1], values), written)


def _value(name: str, values: Values) -> str:
    if not (value := values.get(name, "")):
        raise NoValue
    return value
