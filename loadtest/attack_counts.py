"""What an adversary among the crowd tried, and what it cost the people beside it, in numbers only."""

from __future__ import annotations

from dataclasses import dataclass

LATE_SECONDS = 1.0  # after the answer to a withdrawal, what a gateway was being given at that moment has arrived


@dataclass(slots=True)
class Attempts:
    """Counts of one rehearsal. A bystander asks rightly, near the guesses, or for many candidates, one after another.

    News are messages about results that were withdrawn: late ones came more than LATE_SECONDS after the withdrawal.
    """

    guesses: int = 0
    guesses_slowed: int = 0
    guesses_wrong: int = 0  # a seat that is in no file was given a result
    bystanders: int = 0
    bystanders_refused: int = 0
    long_texts: int = 0
    long_texts_failed: int = 0  # status 500 or more, or no answer in time
    slowest_long_text_seconds: float = 0.0
    compressed: int = 0
    compressed_accepted: int = 0
    half_open: int = 0
    half_open_kept: int = 0  # not closed by the server within the time that an adversary waits
    longest_half_open_seconds: float = 0.0
    waiting: int = 0
    news: int = 0
    news_late: int = 0

    @property
    def is_harmless(self) -> bool:
        """Whether nobody else noticed any of it."""
        faults = (self.guesses_wrong, self.bystanders_refused, self.long_texts_failed, self.compressed_accepted)
        return not any((*faults, self.half_open_kept, self.news_late))
