"""The outbox of a sandbox: its messages are not sent, so they are never withdrawn either.

Publications are in the service's database and sandbox messages in another, which cannot look them up.
"""

from __future__ import annotations

from dataclasses import replace

from channels.contracts.sender import Message
from channels.outbox.repository import Outbox


class SandboxOutbox(Outbox):
    """An outbox whose messages depend on no publication."""

    async def enqueue(self, message: Message) -> bool:
        """Store the message without its publication."""
        return await super().enqueue(replace(message, basis=0))
