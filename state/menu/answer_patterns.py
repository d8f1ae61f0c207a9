"""Forms of a typed answer: an operator's pattern over the whole answer, a day, or a proof of a request.

A pattern must run in a time that grows slowly with the input: no repetition inside a repetition, no back-reference, and
an answer has at most LONGEST characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from state.interfaces import Form
from state.text.answer_forms import LONGEST, canonical, day, legible, phone_end
from state.text.birth_year import introduced_year
from state.text.dates import birth_year
from state.text.language_words import NO_WORDS, LanguageWords

DATE, PROOF = "date", "proof"  # a day; the last four digits of a phone number, or a day
DATED: Final = (DATE, PROOF)
MAX_GROUP: Final = 3  # digits of a group that people write of a longer number
_DIGIT: Final = re.compile(r"[0-9]")
AnswerPattern = Callable[[str], str | None]


def compile_pattern(pattern: str, form: Form = "text", known: LanguageWords = NO_WORDS) -> AnswerPattern:
    """Return a function that converts a typed answer to its canonical form, or returns None if it does not match.

    The pattern is matched against the cleaned text (state/text/answer_forms.py), so that full-width digits are digits.
    The words of a number that people put around it are not in the pattern's care: a code of several words has a digit
    in each, and one that can be two codes is none; a phone number is taken by its end. A date may be a year of birth
    alone; beside the end of a phone number only if words introduce it, « né vers 1961 ».
    """
    if pattern == DATE:
        return lambda typed: _birth(legible(typed), form, known)
    if pattern == PROOF:
        return lambda typed: _birth(plain := legible(typed), "proof", known) or phone_end(plain) or None
    compiled = re.compile(pattern)
    shorten = phone_end if form in ("phone_tail", "proof") else None

    def fits(typed: str) -> str | None:
        plain = typed if typed.isascii() else legible(typed)
        if shorten:
            plain = shorten(plain) or plain
        if len(plain) > LONGEST or not compiled.fullmatch(plain):
            return None
        if form == "code" and " " in plain and not _is_one_code(plain.split(), compiled):
            return None  # separated where the screen is known (state/conversation/number_words.py)
        answer = canonical(form, plain)
        return answer if answer or not plain else None

    return fits


def _is_one_code(words: Sequence[str], pattern: re.Pattern[str]) -> bool:
    """True if each word has a digit, and they are groups of one code or cannot be codes of their own."""
    are_groups = max(map(len, words)) <= MAX_GROUP
    return all(map(_DIGIT.search, words)) and (are_groups or not all(map(pattern.fullmatch, words)))


def _birth(typed: str, form: Form, known: LanguageWords) -> str | None:
    alone = birth_year(typed) if form == "day" else ""
    return day(typed, known.months) or alone or introduced_year(typed, known) or None


def longest(pattern: str) -> str:
    """Return an answer as long as this pattern allows, or as long as a typed day."""
    if pattern in DATED:
        return "00/00/0000"
    most: int = re._parser.parse(pattern).getwidth()[1]  # type: ignore[attr-defined]  # the parser that re uses
    return "0" * min(most, LONGEST)


def pattern_problem(pattern: str) -> str:
    """Return, in French, why an operator's pattern cannot be used; "" if it can."""
    if pattern in DATED:
        return ""
    try:
        re.compile(pattern)
    except re.error as wrong:
        return f"modèle illisible ({wrong}) ; exemple : [0-9]{{4,12}}"
    if re.search(r"\)[*+?{]|\\[1-9]|\(\?[^:]", pattern) or len(re.findall(r"[*+]|,\}", pattern)) > 2:
        return "modèle trop compliqué ; employez des formes simples comme [0-9A-Za-z]{4,12}"
    return ""
