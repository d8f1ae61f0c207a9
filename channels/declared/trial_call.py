"""A call as a gateway makes it, from the table of its file: for trials, the simulator and tests.

Each request is one of the table, with the values of this call at their places; so everything else in it is as the
gateway's documentation shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote

from channels.contracts.channel import bare
from channels.declared.credentials import Credentials
from channels.declared.places import values_of
from channels.declared.sample_requests import GatewayRequest, Target, build_request, sample_address
from channels.declared.shape import UssdAddress, UssdPart, UssdSample
from channels.declared.templates import Template
from channels.declared.written import serialize, set_at
from state.errors import ZinError


class NoSample(ZinError):
    """The table of the file has no request of this kind. The text is French."""


class Shown(NamedTuple):
    """What an answer shows, and whether the call is over."""

    text: str
    is_over: bool


@dataclass(slots=True)
class TrialCall:
    """One call of a number over one gateway. code is the service code as it is dialled, *384*229#."""

    part: UssdPart
    samples: tuple[UssdSample, ...]
    credentials: Credentials = field(repr=False)
    session: str
    number: str = field(repr=False)
    code: str
    network: str = ""
    inputs: list[str] = field(default_factory=list, repr=False)

    def dial(self, inputs: str = "") -> GatewayRequest:
        """Return the request that begins the call, with the inputs dialled behind the code."""
        self.inputs = inputs.split("*") if inputs else []
        dialled = {"code": f"*{'*'.join((bare(self.code), *self.inputs))}#", "inputs": inputs}
        text = inputs if self.part.inputs == "joined" else dialled.get(self.part.first)
        return self._request(lambda one: bool(one.reads and (one.reads.begins or not self._says_begins)), text)

    def type(self, typed: str) -> GatewayRequest:
        """Return the request with an input."""
        self.inputs.append(typed)
        text = "*".join(self.inputs) if self.part.inputs == "joined" else typed
        return self._request(lambda one: bool(one.reads and not one.reads.begins), text)

    def hang_up(self, *, finished: bool) -> GatewayRequest | None:
        """Return the request that says that the call is over; None if the gateway sends none."""
        endings = [one for one in self.samples if one.ended]
        wanted = "finished" if finished else "left"
        if not endings:
            return None
        sample = next((one for one in endings if one.ended == wanted), endings[0])
        return self._request(lambda one: one is sample, None)

    def read(self, body: bytes) -> Shown:
        """Return what an answer shows. Raises NoSample for one that is of neither template."""
        reply = self.part.reply
        for written, is_over in ((reply.ends, True), (reply.goes_on, False)):
            if (found := Template(reply.type, written).read(body)) is not None:
                return Shown(found["screen"], is_over)
        raise NoSample("la réponse de Zin n'est ni goes_on ni ends du fichier")

    @property
    def _says_begins(self) -> bool:
        return any(one.begins for one in self.part.addresses)

    def _request(self, fits: Callable[[UssdSample], bool], text: str | None) -> GatewayRequest:
        for sample in filter(fits, self.samples):
            for address in self.part.addresses:
                if request := self._of_sample(sample, address, text):
                    return request
        raise NoSample("samples: n'a pas de requête de ce genre")

    def _of_sample(self, sample: UssdSample, address: UssdAddress, text: str | None) -> GatewayRequest | None:
        target = Target(address.path, address.method, address.content)
        content = (sample.headers, sample.body.encode())
        to = sample_address(sample, [one.path for one in self.part.addresses])
        request = build_request(target, to, content, self.part.verify, self.credentials)
        if request is None:
            return None
        values = values_of(request.read, address.content).content
        headers, path = dict(sample.headers), address.path
        for place, value in self._values(address, text):
            origin, _, name = place.rpartition(":")
            if origin == "header":
                headers[name] = value
            elif origin == "path":
                path = path.replace(f"{{{name}}}", quote(value, safe=""))
            else:
                set_at(values, tuple(name.split(".")), value)
        written = serialize(address.content, values)
        if address.content == "query":
            path, written = f"{path}?{written.decode()}", b""
        return build_request(target, path, (headers, written), self.part.verify, self.credentials)

    def _values(self, address: UssdAddress, text: str | None) -> Iterator[tuple[str, str]]:
        """Yield place and value of what belongs to this call and input."""
        yield address.session, self.session
        if address.number:
            yield address.number, self.number.removeprefix("+")
        if address.code and self.code:
            yield address.code, self.code
        if address.network:
            yield address.network, self.network
        if address.text and text is not None:
            yield address.text, text


def offered_code(code: str, fallback: str) -> str:
    """Return the code that a trial dials: the one served, or another one if every code is."""
    return f"*{bare(code or fallback)}#"
