"""Canonical forms of answers: all spellings of one thing compare and count as equal."""

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
def test_spellings_of_a_seat_are_equal(typed: str) -> None:
    assert canonical("code", typed) == "88000"


@pytest.mark.parametrize("typed", ONE_REFERENCE, ids=ascii)
def test_spellings_of_a_reference_are_equal(typed: str) -> None:
    assert canonical("code", typed) == "EX000123"


@pytest.mark.parametrize("typed", ONE_DAY, ids=ascii)
def test_spellings_of_a_date_are_equal(typed: str) -> None:
    assert canonical("day", typed) == canonical("proof", typed) == "1990-03-05"


@pytest.mark.parametrize(("typed", "read"), [("0001", "0001"), ("０００１", "0001"), (" 0001 ", "0001"), ("001", "")])
def test_phone_tail_has_four_digits(typed: str, read: str) -> None:
    assert canonical("phone_tail", typed) == canonical("proof", typed) == read


def test_year_of_birth_is_no_end_of_a_phone_number() -> None:
    assert (
        canonical("day", "1961") == canonical("day", "1961-00-00") == canonical("proof", "1961-00-00") == "1961-00-00"
    )
    assert canonical("proof", "1961") == canonical("phone_tail", "1961") == "1961"


@pytest.mark.parametrize("typed", NOT_MEANT, ids=ascii)
@pytest.mark.parametrize("form", ["code", "day", "phone_tail", "proof"])
def test_meaningless_answer_is_empty(form: Form, typed: str) -> None:
    assert canonical(form, typed) == ""


@given(strategies.text(max_size=200))
def test_canonical_form_is_stable_bounded_and_printable(typed: str) -> None:
    for form in ("text", "code", "day", "phone_tail", "proof"):
        once = canonical(form, typed)
        assert canonical(form, once) == once
        assert len(once) <= 3 * LONGEST  # capitals of one sign may be three
        assert legible(typed).isprintable()


def test_answers_without_a_form_stay_unchanged() -> None:
    question = Question("a.b", {"seat": "code"})
    assert canonical_answers(question, {"seat": "8 8", "other": "8 8"}) == {"seat": "88", "other": "8 8"}
    assert canonical_answers(question, {}) == {"seat": ""}


def test_answer_of_two_forms_is_stored_as_text() -> None:
    one, two = Question("a.b", {"seat": "code", "day": "day"}), Question("a.c", {"seat": "text", "day": "day"})
    assert forms_of({one.name: one, two.name: two}) == {"seat": "text", "day": "day"}


def test_guarded_questions_identify_people_in_one_spelling() -> None:
    """Otherwise another spelling would avoid the limit on wrong answers."""
    questions = build_sources(Settings(), open_database(Settings())).questions.values()
    assert any(question.guarded for question in questions)
    for question in questions:
        if question.guarded:
            assert question.reference in question.needs, question.name
            assert "text" not in question.needs.values(), question.name
        if question.guess_range_field:
            assert question.needs[question.guess_range_field] == "code"
