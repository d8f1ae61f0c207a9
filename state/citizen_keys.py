"""The keys under which the store has what belongs to one citizen: sessions, the preference, marks of messages.

A hop loads and saves several of them in one command. In a cluster such keys must share a slot, so each has the
citizen's pseudonym across channels as a hash tag; without a cluster none has one. A counter is alone in its command,
and needs none.
Source: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
"""

from __future__ import annotations

from state.identity import Pseudonyms
from state.interfaces import Inbound


class CitizenKeys:
    """Names the keys; is_sharded is the store's."""

    def __init__(self, names: Pseudonyms, *, is_sharded: bool) -> None:
        self._names, self._is_sharded = names, is_sharded

    def session(self, inbound: Inbound, citizen: str) -> str:
        """Return the key of the session on the channel; citizen is the pseudonym there."""
        return f"session:{self._tag(inbound)}{citizen}" if self._is_sharded else f"session:{citizen}"

    def mark(self, inbound: Inbound, message: str) -> str:
        """Return the key of the mark of a message, whose pseudonym is given."""
        return f"heard:{self._tag(inbound)}{message}" if self._is_sharded else f"heard:{message}"

    def preference(self, inbound: Inbound) -> str:
        """Return the key of the preference, which a citizen has across channels."""
        return f"preference:{self._tag(inbound) if self._is_sharded else self._names.across_channels(inbound)}"

    def _tag(self, inbound: Inbound) -> str:
        return f"{{{self._names.across_channels(inbound)}}}"
