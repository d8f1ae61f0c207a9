"""One citizen, one number, however it is written; and nothing that is no number."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channels.contracts.phone_numbers import normalize_number
from state.errors import BadRequest

DIGITS = st.text("0123456789", min_size=7, max_size=7)
HOME = st.builds("{}{}".format, st.sampled_from("2456789"), DIGITS)  # the eight digits of before 2024-11-30

SPELLINGS = [
    *("+22997000001", "22997000001", "0022997000001", "97000001", "+2290197000001", "2290197000001", "0197000001"),
    *("002290197000001", " 2290197000001", "01 97 00 00 01", "+229 01 97 00 00 01", "(+229) 97-00-00-01"),
    *("97.00.00.01", "+229\u00a001\u202f97\u202f00\u202f00\u202f01", "0197000001\n"),
]
IMPOSSIBLE = [
    *("", " ", "+", "00", "1", "+229", "229", "+2290197", "+22901970000", "+22901970000011", "0297000001"),
    *("+22997XXXXXX", "+1-800-FLOWERS", "MTN", "0728112445", "٠١٩٧٠٠٠٠٠١", "+٢٢٩٩٧٠٠٠٠٠١", "97000001;ext=1"),
    *("+0000000000", "9" * 16, "9" * 5000, "+999123456789", "97000001\0", "\ud83e"),
]


@pytest.mark.parametrize("raw", SPELLINGS)
def test_every_spelling_is_one_citizen(raw: str) -> None:
    assert normalize_number(raw) == "+2290197000001"


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("22970000", "+2290122970000"),  # an old number of Cotonou that begins like the country
        ("+22922970000", "+2290122970000"),
        ("0122970000", "+2290122970000"),
        ("+254711000001", "+254711000001"),
        ("254711000001", "+254711000001"),
        ("00 33 6 39 98 00 01", "+33639980001"),
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("+390639980001", "+390639980001"),  # the zero of Italy stays
    ],
)
def test_numbers_that_look_like_others(raw: str, canonical: str) -> None:
    assert normalize_number(raw) == canonical


@pytest.mark.parametrize("raw", IMPOSSIBLE)
def test_invalid_number_is_refused_and_not_quoted(raw: str) -> None:
    with pytest.raises(BadRequest) as refused:
        normalize_number(raw)
    assert str(refused.value) == "impossible phone number"


@given(home=HOME, before=st.sampled_from(["", "229", "+229", "00229"]), new=st.booleans(), data=st.data())
def test_notations_of_a_benin_number_are_equal(home: str, before: str, new: bool, data: st.DataObject) -> None:
    written = before + "01" * new + home
    for at in sorted(data.draw(st.sets(st.integers(0, len(written)))), reverse=True):
        written = written[:at] + data.draw(st.sampled_from(" .-()\u00a0")) + written[at:]
    assert normalize_number(written) == f"+22901{home}"


@given(st.text(max_size=30) | st.text("+0123456789 ", max_size=20))
def test_any_text_is_a_number_or_refused(raw: str) -> None:
    try:
        found = normalize_number(raw)
    except BadRequest:
        return
    assert found[0] == "+"
    assert found[1:].isdecimal()
    assert found[1:].isascii()


@example("+37500061521")  # a zero to take off, and behind it another
@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_the_canonical_form_is_its_own_canonical_form(raw: str) -> None:
    try:
        found = normalize_number(raw)
    except BadRequest:
        return
    assert normalize_number(found) == found
