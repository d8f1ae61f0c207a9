"""A bind that answers messages as a test says, without a connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from smpp.constants import SUBMIT_SM
from smpp.errors import SmppError
from smpp.messages import ShortMessage
from smpp.pdu import Pdu


@dataclass
class Bind:
    """A bind that answers with these statuses, errors or responses, then with ids."""

    answers: list[int | SmppError | Pdu] = field(default_factory=list)
    had: list[ShortMessage] = field(default_factory=list)
    is_bound: bool = True

    async def submit(self, message: ShortMessage, seconds: float, *, is_urgent: bool = False) -> Pdu:
        self.had.append(message)
        answer = self.answers.pop(0) if self.answers else 0
        if isinstance(answer, SmppError):
            raise answer
        if isinstance(answer, Pdu):
            return answer
        return Pdu(SUBMIT_SM, 1, answer, b"00%d\0" % len(self.had))
