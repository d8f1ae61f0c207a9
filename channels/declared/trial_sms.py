"""Messages and delivery reports as a gateway sends them, from the table of its file: for trials."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from secrets import token_hex

from channels.declared.credentials import Credentials
from channels.declared.files import GatewayFile
from channels.declared.places import value_at, values_of
from channels.declared.sample_requests import GatewayRequest, Target, build_request, sample_address
from channels.declared.sms_shape import SmsAddress, SmsReads
from channels.declared.trial_call import NoSample
from channels.declared.written import serialize, set_at


def message_request(file: GatewayFile, credentials: Credentials, number: str, text: str) -> GatewayRequest:
    """Return the request with a citizen's message. Raises NoSample."""

    def values(address: SmsAddress) -> Iterable[tuple[str, str]]:
        return _message(address, number, text)

    found = _built(file, credentials, lambda one: one.message is not None, values)
    if found is None:
        raise NoSample("samples: sms: n'a pas de message d'un citoyen")
    return found


def report_request(file: GatewayFile, credentials: Credentials, reference: str) -> GatewayRequest | None:
    """Return the request that reports a delivery; None if the table has none."""
    return _built(file, credentials, lambda one: one.state == "delivered", lambda address: _report(address, reference))


def _message(address: SmsAddress, number: str, text: str) -> Iterable[tuple[str, str]]:
    places = address.message
    if places is None:
        return ()
    moment = str(round(time.time() * 1000))
    is_moment = places.date == places.id
    return (
        (places.id, moment if is_moment else token_hex(8)),
        (places.number, number.removeprefix("+")),
        (places.text, text),
        *(((places.date, moment),) if places.date and not is_moment else ()),
    )


def _report(address: SmsAddress, reference: str) -> Iterable[tuple[str, str]]:
    return ((address.report.id, reference),) if address.report else ()


def _built(
    file: GatewayFile,
    credentials: Credentials,
    fits: Callable[[SmsReads], bool],
    values: Callable[[SmsAddress], Iterable[tuple[str, str]]],
) -> GatewayRequest | None:
    """Return the first request of the table with a fitting row; of a list of several, that row alone."""
    part = file.sms
    if part is None or part.verify is None:
        return None
    for sample in file.samples.sms:
        place = next((index for index, one in enumerate(sample.reads) if fits(one)), -1)
        for address in part.addresses if place >= 0 else ():
            target = Target(address.path, address.method, address.content)
            to = sample_address(sample, [one.path for one in part.addresses])
            request = build_request(target, to, (sample.headers, sample.body.encode()), part.verify, credentials)
            new = list(values(address)) if request else []
            if request and new:
                written = _rewritten(request, address, place, new)
                path = f"{to.partition('?')[0]}?{written.decode()}" if address.content == "query" else to
                body = b"" if address.content == "query" else written
                return build_request(target, path, (sample.headers, body), part.verify, credentials)
    return None


def _rewritten(request: GatewayRequest, address: SmsAddress, place: int, new: list[tuple[str, str]]) -> bytes:
    """Return the body of a request with new values in one row of its list, which stands there alone."""
    content = values_of(request.read, address.content).content
    row = content
    if address.each:
        keys = tuple(address.each.split("."))
        listed = value_at(content, keys)
        row = listed[place] if isinstance(listed, list) else listed
        outer = value_at(content, keys[:-1])
        outer[keys[-1]] = [row]
    for key, value in new:
        set_at(row, tuple(key.split(".")), value)
    return serialize(address.content, content)
