"""What a rehearsal makes up: candidates and their file, when citizens ask, and what they ask for."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from channels.contracts.phone_numbers import normalize_number
from loadtest.answer_parser import expected_answer, unknown_answer
from loadtest.candidates import HEADINGS, Candidate, CandidatesBroken, candidates, read, write
from loadtest.plan import Mix, Plan
from loadtest.scenarios import HOURS, arrivals, arrived_share, hour_of, look_ups
from loadtest.virtual_users import NUMBERS, phone_of
from results.importing.layout import Layout
from results.importing.reader import read_results as imported
from tests.support.results_server import BAC

SHARES = [  # hours since the publication   part of a day's look-ups
    (0, 0.0),
    (1 / 60, 0.074),
    (5 / 60, 0.167),
    (0.25, 0.28),
    (1, 0.5),
    (6, 0.846),
    (24, 1.0),
    (30, 1.0),
]


@pytest.mark.parametrize(("hours", "part"), SHARES)
def test_arrivals_follow_the_curve_of_results_day(hours: float, part: float) -> None:
    assert arrived_share(hours) == pytest.approx(part, abs=0.002)
    assert hour_of(arrived_share(hours)) == pytest.approx(min(hours, HOURS))


def test_arrivals_fit_the_length_of_the_run() -> None:
    times = arrivals(20_000, 240.0, 1e9, Random(1))
    assert max(times) <= 240
    for hours, part in SHARES[2:7]:
        came = sum(at <= hours * 10 for at in times) / len(times)
        assert came == pytest.approx(part, abs=0.015), hours


@given(some.integers(1, 300), some.floats(0.1, 100), some.floats(1, 1000), some.integers())
def test_arrivals_are_ordered_and_limited_in_rate(many: int, seconds: float, rate: float, seed: int) -> None:
    times = arrivals(many, seconds, rate, Random(seed))
    assert len(times) == many
    assert times[0] >= 0
    assert all(later - at >= 1 / rate * 0.999999 for at, later in pairwise(times))
    assert times[-1] <= seconds + many / rate


def test_seed_determines_the_candidates() -> None:
    first, again, other = (list(candidates("bac", BAC, 500, seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len({one.seat for one in first}) == 500
    assert {one.decision for one in first} == {verdict.say for verdict in BAC.verdicts.values()}
    assert all(one.decision == "Admis(e)" for one in first if one.mention)


def test_candidate_file_reads_back_and_imports(tmp_path: Path) -> None:
    made, path = list(candidates("bac", BAC, 1000, 3)), tmp_path / "candidats.csv"
    assert write(path, made) == 1000
    assert read(path, BAC) == made
    taken = imported(path, BAC, Layout())
    assert (taken.report.accepted, taken.report.refused) == (1000, 0)
    assert [(one.seat, BAC.verdicts[one.verdict].say, one.mention) for one in taken.results] == [  # type: ignore[index]
        (one.seat, one.decision, one.mention) for one in made
    ]


GOOD = "123456;Admis(e);Bien;C;Centre 1;Zou"
BROKEN = [
    ("titles", "seat;verdict\n", ":1 : il faut les titres"),
    ("too few cells", f"{';'.join(HEADINGS)}\n{GOOD}\n1;Admis(e)\n", ":3 : il faut 6 cases"),
    ("no such decision", f"{';'.join(HEADINGS)}\n1;Peut-être;;;;\n", ":2 : il faut 6 cases et une décision de BAC"),
    ("a seat twice", f"{';'.join(HEADINGS)}\n{GOOD}\n{GOOD}\n", ":3 : numéro de table vide ou en double"),
    ("no seat", f"{';'.join(HEADINGS)}\n;Admis(e);;;;\n", ":2 : numéro de table vide"),
    ("an open quote", f'{";".join(HEADINGS)}\n"{GOOD}\n', "ce n'est pas un CSV"),
    ("nothing", "", ":1 : il faut les titres"),
]


@pytest.mark.parametrize(("what", "text", "message"), BROKEN, ids=[what for what, _, _ in BROKEN])
def test_invalid_candidate_file_is_refused_with_its_line(what: str, text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CandidatesBroken, match=message) as refused:
        read(path, BAC)
    assert "123456" not in str(refused.value)


def test_missing_or_binary_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes("numéro de table".encode("latin-1"))
    for name in ("latin", "missing"):
        with pytest.raises(CandidatesBroken, match=name):
            read(tmp_path / name, BAC)


def test_look_ups_have_the_shares_of_the_plan() -> None:
    made = tuple(candidates("bac", BAC, 300, 1))
    plan = Plan(made, mix=Mix(60, 20, 15, 5), unknown=0.2, mistyped=0.1, dial_through=0.25)
    drawn = list(islice(look_ups(plan, Random(1)), 10_000))
    channels = Counter(one.channel for one in drawn)
    shares = {name: many / 10_000 for name, many in channels.items()}
    assert shares == pytest.approx({"ussd": 0.6, "sms": 0.2, "whatsapp": 0.15, "telegram": 0.05}, abs=0.02)
    known = {one.seat: expected_answer(one) for one in made}
    assert all(one.expected == known.get(one.seat, unknown_answer()) for one in drawn)
    assert sum(one.seat not in known for one in drawn) / 10_000 == pytest.approx(0.2, abs=0.02)
    assert sum(bool(one.slip) for one in drawn) / 10_000 == pytest.approx(0.1, abs=0.02)
    assert sum(one.dialled for one in drawn) / 10_000 == pytest.approx(0.25, abs=0.02)
    assert [one.seat for one in islice(look_ups(plan, Random(1)), 50)] == [one.seat for one in drawn[:50]]


def test_unknown_seat_exists_beside_a_full_range() -> None:
    every = [Candidate(f"{seat:03}", "Admis(e)") for seat in range(1000)]
    drawn = islice(look_ups(Plan(every, unknown=1.0), Random(1)), 5)
    assert all(one.expected == unknown_answer() and one.seat not in {each.seat for each in every} for one in drawn)


@pytest.mark.parametrize("number", [0, 1, NUMBERS - 1, NUMBERS, 12_345_678_901])
def test_virtual_phone_numbers_are_canonical_and_unused(number: int) -> None:
    phone = phone_of(number)
    assert normalize_number(f"+{phone}") == f"+{phone}"
    assert phone.startswith("229010")
