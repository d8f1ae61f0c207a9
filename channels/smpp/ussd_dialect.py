"""USSD over SMPP, as a dialect says it: a deliver_sm is an input or the end of a call, a submit_sm shows a screen.

The session of a call is its gateway and its code, beside the citizen's number: some centres change their own parameter
at each hop, some send none. That parameter is only given back. The operation says whether a call begins; where a
centre has none for that, by a text that is our code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from channels.contracts.channel import bare
from channels.contracts.phone_numbers import normalize_number
from channels.smpp.alphabets import GSM, UCS2, USSD_GSM, decode_text, encode_gsm
from channels.smpp.smpp_files import FoundGateway
from channels.smpp.smpp_shape import Dialect, SmppFile
from smpp.constants import USSD_SERVICE_OP
from smpp.messages import Address, ShortMessage
from state.errors import Unauthenticated
from state.interfaces import MAX_JOINED, MAX_TEXT, Inbound, Reply, ScreenSize, SessionEnd
from state.text.encoding import in_gsm

ROOM: Final = ScreenSize("ussd", 182, 80)
SERVICE: Final = "USSD"  # service_type of every dialect that has one (nowsms.com/ussd-and-nowsms-revisited)


def is_call(message: ShortMessage) -> bool:
    """Return whether a deliver_sm or a submit_sm belongs to a call and is neither SMS nor receipt."""
    has_mark = USSD_SERVICE_OP in message.parameters or message.service_type.strip().upper() == SERVICE
    return has_mark and not message.is_receipt


@dataclass(frozen=True, slots=True)
class UssdDialect:
    """The calls of one gateway. code is the service code that it serves."""

    gateway: str
    code: str
    dialect: Dialect

    @property
    def channel(self) -> str:
        """The channel's name in sessions, logs and metrics, like that of a gateway over HTTP."""
        return f"{self.gateway.replace('-', '_')}_ussd"

    def read(self, message: ShortMessage) -> Inbound | SessionEnd:
        """Read an input or an end. Raises BadRequest for no number, Unauthenticated for another code."""
        citizen, session = normalize_number(message.source.digits), self._session_id
        operation = message.parameters.get(USSD_SERVICE_OP, b"").hex()
        operations = self.dialect.operations
        if _is_among(operation, operations.abort) or self._is_ended(message):
            return SessionEnd(self.channel, session, "left")
        text = decode_text(_coding(message.data_coding), message.text, "gsm").strip()
        begins = self._begins(operation, text)
        inputs = self._dialled(text, message) if begins else text[:MAX_TEXT]
        return Inbound(
            self.channel, citizen, session, inputs, inputs_are_cumulative=begins, code=self.code, begins=begins
        )

    def caller(self, number: str) -> Inbound:
        """Return the phone of this number as an input of its call. Raises BadRequest for no number."""
        citizen = normalize_number(number)
        return Inbound(self.channel, citizen, self._session_id, "", inputs_are_cumulative=False, code=self.code)

    def open(self, number: str, text: str, file: SmppFile) -> ShortMessage:
        """Return the submit_sm that opens a call on a phone. The centre names its session when the citizen answers."""
        assert self.dialect.push, "the file of a gateway with push was checked"
        coding, octets = self._octets(text)
        code = bare(self.code).partition("*")[0] if self.dialect.code == "text" else self.code
        return ShortMessage(
            Address(code, file.source.ton, file.source.npi),
            Address(number.removeprefix("+"), file.destination.ton, file.destination.npi),
            octets,
            service_type=self.dialect.service_type,
            data_coding=coding,
            parameters={USSD_SERVICE_OP: bytes((int(self.dialect.push, 16),))},
        )

    @property
    def _session_id(self) -> str:
        return f"{self.gateway}:{bare(self.code)}"

    def write(self, request: ShortMessage, reply: Reply) -> ShortMessage:
        """Return the submit_sm that shows a screen in the call of a request."""
        dialect, ends = self.dialect, reply.ends_session
        operation = dialect.operations.end if ends else dialect.operations.ask
        coding, text = self._octets(reply.text)
        return ShortMessage(
            request.destination,
            request.source,
            text,
            service_type=dialect.service_type,
            data_coding=coding,
            parameters={USSD_SERVICE_OP: bytes((int(operation, 16),)), **self._session(request, ends=ends)},
        )

    def _octets(self, text: str) -> tuple[int, bytes]:
        if in_gsm(text):
            return self.dialect.data_coding, encode_gsm(text)
        return UCS2, text.encode("utf-16-be", "replace")

    def _session(self, request: ShortMessage, *, ends: bool) -> dict[int, bytes]:
        """Return the parameter of the session as it came, with its last bit set at the end if the dialect says so."""
        tag = self.dialect.session_parameter
        value = request.parameters.get(tag, b"") if tag is not None else b""
        if tag is None or not value:
            return {}
        if self.dialect.end_bit:
            value = value[:-1] + bytes(((value[-1] & 0xFE) | ends,))
        return {tag: value}

    def _is_ended(self, message: ShortMessage) -> bool:
        tag = self.dialect.session_parameter
        value = message.parameters.get(tag, b"") if self.dialect.end_bit and tag is not None else b""
        return bool(value and value[-1] & 1)

    def _begins(self, operation: str, text: str) -> bool:
        if _is_among(operation, self.dialect.operations.begin):
            return True
        if _is_among(operation, self.dialect.operations.goes_on):
            return False
        return text.startswith("*") and text.endswith("#") and _is_code(text, self.code)

    def _dialled(self, text: str, message: ShortMessage) -> str:
        """Return the inputs that were dialled behind our code. Raises Unauthenticated for another code."""
        written = text if self.dialect.code == "text" or _is_code(text, self.code) else message.destination.digits
        dialled, ours = bare(written), bare(self.code)
        if dialled != ours and not dialled.startswith(f"{ours}*"):
            raise Unauthenticated("another service code")
        return dialled[len(ours) + 1 :][:MAX_JOINED]


def dialect_of(gateway: FoundGateway) -> UssdDialect | None:
    """Return how the calls of a gateway's file are carried; None if it has none."""
    if gateway.file.ussd is None or gateway.dialect is None:
        return None
    return UssdDialect(gateway.name, gateway.file.ussd.code, gateway.dialect)


def _is_code(text: str, code: str) -> bool:
    dialled = bare(text)
    return dialled == bare(code) or dialled.startswith(f"{bare(code)}*")


def _is_among(operation: str, octets: tuple[str, ...]) -> bool:
    return bool(operation) and f"0x{operation}" in octets


def _coding(data_coding: int) -> int:
    """Return the data_coding of an SMS that means the same alphabet as this one of USSD."""
    return GSM if data_coding in (GSM, USSD_GSM) else data_coding
