"""Counts an adversary's attempts and their effect on other citizens."""

from __future__ import annotations

from dataclasses import dataclass

LATE_SECONDS = 1.0  # after a withdrawal is answered, messages that a gateway was receiving have arrived


@dataclass(slots=True)
class Attempts:
    """Counts of one load test. A bystander asks for a right seat near the guesses, or for many candidates in a row.

    `news` are messages about results that were withdrawn; late ones arrive more than LATE_SECONDS after the withdrawal.
    """

    guesses: int = 0
    guesses_slowed: int = 0
    guesses_wrong: int = 0  # results for a seat that is in no file
    bystanders: int = 0
    bystanders_refused: int = 0
    long_texts: int = 0
    long_texts_failed: int = 0  # status 500 or more, or no answer in time
    slowest_long_text_seconds: float = 0.0
    compressed: int = 0
    compressed_accepted: int = 0
    half_open: int = 0
    half_open_not_closed: int = 0  # connections that the server did not close in time
    longest_half_open_seconds: float = 0.0
    waiting: int = 0
    news: int = 0
    news_late: int = 0

    @property
    def is_harmless(self) -> bool:
        """Whether the attacks had no effect on others."""
        faults = (self.guesses_wrong, self.bystanders_refused, self.long_texts_failed, self.compressed_accepted)
        return not any((*faults, self.half_open_not_closed, self.news_late))
