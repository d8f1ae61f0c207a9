"""The service code that was dialled, and the inputs behind it: *384*229*3*1# gives 3*1 for the code *384*229#."""

from __future__ import annotations

from urllib.parse import unquote

from channels.contracts.channel import bare
from state.errors import Unauthenticated


def is_part(code: str, ours: str) -> bool:
    """Whether this service code is the first part of ours, as 384 is of *384*229#."""
    return bool(bare(code)) and bare(ours).startswith(f"{bare(code)}*")


def dialled_inputs(dialled: str, code: str, ours: str) -> str:
    """The inputs dialled after the service code, joined by "*"; "" for the code alone or any other text.

    code is the one that the gateway names, "" for none; ours is the one that is served, "" for any. Raises
    Unauthenticated if another code was dialled, and code does not decide it: it is only the first part of ours, or "".
    """
    is_open = not code or is_part(code, ours)
    whole = ours if is_open else code
    inputs, before = unquote(dialled).strip().lstrip("*#").rstrip("#* \t"), f"{bare(whole)}*"
    if is_open and whole and not f"{inputs}*".startswith(before):
        raise Unauthenticated("another service code")
    return inputs.removeprefix(before) if inputs.startswith(before) else ""
