"""The phones that the simulator offers, one for each network of the country."""

from __future__ import annotations

from hashlib import blake2b

from admin.permissions import DEMO, CurrentUser
from state.country import country


def trial_phones(visitor: CurrentUser) -> list[tuple[str, str, str]]:
    """Return each operator's name, network, and a number for this user, so that two users do not share a phone."""
    last = (
        1 if visitor.name == DEMO else int.from_bytes(blake2b(visitor.name.encode(), digest_size=4).digest()) % 10_000
    )
    plan = country().numbers
    return [(one.name, one.codes[0] if one.codes else "", plan.trial_number(one, last)) for one in plan.networks]
