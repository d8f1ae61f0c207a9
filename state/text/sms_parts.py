"""Parts of an SMS, and the shortest encoding of a text sent as SMS."""

from __future__ import annotations

from collections.abc import Callable

from state.text.encoding import Folding, in_gsm, is_mark, normalize_typography, septets, utf16_units


def split_sms(text: str) -> tuple[str, ...]:
    """Split a text into SMS parts, in the encoding it needs: 160 and 153 septets, or 70 and 67 units.

    A character that counts 2 is not split, nor a letter and its marks unless they are longer than a part.
    """
    size, alone, many = (septets, 160, 153) if in_gsm(text) else (utf16_units, 70, 67)
    if size(text) <= alone:
        return (text,)
    parts = []
    while text:
        parts.append(_part(text, size, many))
        text = text.removeprefix(parts[-1])
    return tuple(parts)


def _part(text: str, size: Callable[[str], int], room: int) -> str:
    end = min(room, len(text))
    while size(text[:end]) > room:
        end -= 1
    between = (place for place in range(end, 0, -1) if place == len(text) or not is_mark(text[place]))
    return text[: next(between, end)]


def shortest_sms(text: str, folding: Folding) -> str:
    """Return the text with its own letters, or folded if that saves a part."""
    own = normalize_typography(text)
    if in_gsm(own) or len(split_sms(folded := folding(text))) >= len(split_sms(own)):
        return own
    return folded
