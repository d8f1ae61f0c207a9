"""Plays the calls of one phone in a gateway's dialect, for `zin gateways mock` and the simulator."""

from __future__ import annotations

from dataclasses import dataclass, field
from secrets import token_bytes

from channels.contracts.channel import bare
from channels.smpp.alphabets import GSM, UCS2, USSD_GSM, decode_text, encode_text
from channels.smpp.smpp_shape import Dialect
from smpp.constants import USSD_SERVICE_OP
from smpp.messages import Address, ShortMessage


@dataclass(slots=True)
class MockCalls:
    """The calls of a phone, one at a time. code is our service code."""

    number: str = field(repr=False)
    code: str
    dialect: Dialect
    is_open: bool = False
    _session: bytes = b""

    def type(self, typed: str) -> ShortMessage:
        """Return the deliver_sm of an input, or of a new call if none is open or a code is dialled."""
        if typed.startswith("*") or not self.is_open:
            return self.dial(typed if typed.startswith("*") else self.code, self._new_session())
        return self.answer(typed, self._session)

    def dial(self, dialled: str, session: bytes) -> ShortMessage:
        """Return the deliver_sm of a new call, which has this session."""
        self.is_open, self._session = True, session
        begin = self.dialect.operations.begin
        if self.dialect.code == "text":
            return self._message(dialled, bare(self.code).partition("*")[0], begin)
        return self._message("", dialled, begin)

    def answer(self, typed: str, session: bytes) -> ShortMessage:
        """Return the deliver_sm of an input in the call that has this session."""
        self.is_open, self._session = True, session
        return self._message(typed, self.code, self.dialect.operations.goes_on)

    def read(self, screen: ShortMessage) -> str:
        """Return the text of a screen, and note whether the call ends with it. Without one, it opens a call."""
        if not self.is_open:
            self._session = self._new_session()
        dialect, operation = self.dialect, screen.parameters.get(USSD_SERVICE_OP, b"").hex()
        tag, ends = dialect.session_parameter, f"0x{operation}" == dialect.operations.end
        if ends and dialect.end_bit and tag is not None:
            ends = bool(screen.parameters.get(tag, b"\0")[-1] & 1)
        self.is_open = not ends
        return decode_text(UCS2 if screen.data_coding == UCS2 else GSM, screen.text, "gsm")

    def _new_session(self) -> bytes:
        return token_bytes(1) + b"\2"  # its last bit would be the end

    def _message(self, text: str, to: str, operations: tuple[str, ...]) -> ShortMessage:
        coding, octets = encode_text(text, "gsm")
        tag = self.dialect.session_parameter
        parameters = {USSD_SERVICE_OP: bytes.fromhex(operations[0][2:])} if operations else {}
        return ShortMessage(
            Address(self.number, 1, 1),
            Address(to),
            octets,
            service_type=self.dialect.service_type,
            data_coding=coding or USSD_GSM,
            parameters=parameters | ({} if tag is None else {tag: self._session}),
        )
