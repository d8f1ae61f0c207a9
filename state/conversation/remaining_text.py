"""What is not matched yet of a message, and what its words mean on one screen."""

from __future__ import annotations

from typing import NamedTuple

from state.conversation.input import ParsedInput
from state.text.message_words import split_words


class RemainingText(NamedTuple):
    """What is not matched yet: answers by name, and text; passed are the screens already matched.

    A passed screen does not get the next words again: one message is one try. notice is to be shown at the end.
    is_opening: the text stands behind a keyword; else it was written on a screen with options, which it does not name.
    """

    answers: dict[str, str]
    text: str
    passed: frozenset[str] = frozenset()
    notice: str = ""
    is_opening: bool = True

    @property
    def has_number(self) -> bool:
        """True if a word is left that has a digit."""
        return any(word.has_digit for word in split_words(self.text))


class Match(NamedTuple):
    """What the text means on a screen: the input, or the rows to choose from if it is doubtful; and what remains."""

    parsed: ParsedInput | None
    rest: RemainingText
    rows: tuple[tuple[str, str], ...] = ()
