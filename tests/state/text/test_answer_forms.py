"""One form for each answer: every spelling of one thing is the same thing wherever it is compared, counted or kept."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from database import open_database
from settings import Settings
from sources.registry import build_sources
from state.interfaces import Form, Question
from state.text.answer_forms import LONGEST, canonical, canonical_answers, forms_of, legible

ONE_SEAT = [
    "88000", "88000--", "--88000", "8 8000", "88 000", "8-8-0-0-0", "88000.", " 88000 ", "88000#", "88000*",
    "８８０００", "８８０００－－", "٨٨٠٠٠", "८८०००", "88\u00a0000", "88\u202f000", "88\u200b000",
    "\u200e88000", "88\u00ad000",     "88\u2011000", "88\u2013000", "88\u2212000", "𝟴𝟴𝟬𝟬𝟬", "８8０0０",
]  # fmt: skip
ONE_REFERENCE = ["EX000123", "ex-000123", "Ex 000 123", "ＥＸ０００１２３", "ex–000–123", "ex000123.", "EX\u200d000123"]
ONE_DAY = ["05031990", "05/03/1990", "5-3-1990", "5 3 1990", "1990-03-05", "０５０３１９９０", "٠٥٠٣١٩٩٠"]
NOT_MEANT = ["", "-", "--", "…", "8" * (LONGEST + 1), "\ufdfa" * LONGEST, "88\x00000", "\ud800", "\u200b"]


@pytest.mark.parametrize("typed", ONE_SEAT, ids=ascii)
def test_a_seat_is_one_however_it_is_spelled(typed: str) -> None:
    assert canonical("code", typed) == "88000"


@pytest.mark.parametrize("typed", ONE_REFERENCE, ids=ascii)
def test_a_reference_is_one_however_it_is_spelled(typed: str) -> None:
    assert canonical("code", typed) == "EX000123"


@pytest.mark.parametrize("typed", ONE_DAY, ids=ascii)
def test_a_day_is_one_however_it_is_spelled(typed: str) -> None:
    assert canonical("day", typed) == canonical("proof", typed) == "1990-03-05"


@pytest.mark.parametrize(("typed", "read"), [("0001", "0001"), ("０００１", "0001"), (" 0001 ", "0001"), ("001", "")])
def test_the_end_of_a_phone_number_is_four_digits(typed: str, read: str) -> None:
    assert canonical("phone_tail", typed) == canonical("proof", typed) == read


@pytest.mark.parametrize("typed", NOT_MEANT, ids=ascii)
@pytest.mark.parametrize("form", ["code", "day", "phone_tail", "proof"])
def test_what_nobody_can_have_meant_is_nothing(form: Form, typed: str) -> None:
    assert canonical(form, typed) == ""


@given(strategies.text(max_size=200))
def test_a_form_is_bounded_shown_and_its_own_form(typed: str) -> None:
    for form in ("text", "code", "day", "phone_tail", "proof"):
        once = canonical(form, typed)
        assert canonical(form, once) == once
        assert len(once) <= 3 * LONGEST  # capitals of one sign may be three
        assert legible(typed).isprintable()


def test_what_is_kept_besides_the_needs_of_a_question_stays_as_it_is() -> None:
    asked = Question("a.b", {"seat": "code"})
    assert canonical_answers(asked, {"seat": "8 8", "other": "8 8"}) == {"seat": "88", "other": "8 8"}
    assert canonical_answers(asked, {}) == {"seat": ""}


def test_an_answer_that_two_questions_want_in_two_forms_is_kept_as_text() -> None:
    one, two = Question("a.b", {"seat": "code", "day": "day"}), Question("a.c", {"seat": "text", "day": "day"})
    assert forms_of({one.name: one, two.name: two}) == {"seat": "text", "day": "day"}


def test_whoever_can_be_guessed_at_is_named_in_a_form_that_has_one_spelling() -> None:
    """Else a limit on wrong answers is gone around by writing them differently."""
    for question in build_sources(Settings(), open_database(Settings())).questions.values():
        if question.guarded:
            assert question.reference in question.needs, question.name
            assert "text" not in question.needs.values(), question.name
        if question.guess_range_field:
            assert question.needs[question.guess_range_field] == "code"
