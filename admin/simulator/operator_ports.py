"""The ports of an operator's own conversation.

Personal questions answer with samples unless real files were permitted (admin/simulator/real_data_access.py). Wrong
answers are limited per account, whatever number, channel or sandbox it uses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from admin.simulator.sandbox_store import SandboxStore
from state.conversation.conversation import ConversationPorts
from state.identity import Pseudonyms
from state.interfaces import Source
from state.rate_limit import RateLimits


@dataclass(frozen=True, slots=True)
class SandboxUser:
    """The user of a sandbox: the account, and whether personal questions are answered with real files."""

    account: str
    is_real: bool = False


@dataclass(frozen=True, slots=True)
class SharedPorts:
    """What sandboxes share with the service: the ports of its conversations, and sources with personal samples."""

    ports: ConversationPorts
    samples: Source


def ports_for_operator(service: SharedPorts, names: Pseudonyms, trier: SandboxUser) -> ConversationPorts:
    """Return the ports for an operator's own conversation: limits per account, samples in place of personal files.

    Attempts on real files are counted with those of citizens, because a reference is limited for all; names are those
    of the service.
    """
    outside, account = service.ports, names.of(f"operator {trier.account}")
    if trier.is_real:
        return replace(outside, limits=RateLimits(outside.store, names, account=account))
    store = SandboxStore(outside.store, "trial:limits:")
    return replace(outside, sources=service.samples, limits=RateLimits(store, names, account=account))
