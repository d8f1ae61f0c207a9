"""The figures of a drill: what is right, lost, wrong, late, twice, and when answers flowed again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drill.observations import Exchange, Figures, Hop, Observations, worth
from tests.drill.scripts import Step
from tests.drill.table import HEADING, row, write_row

STEP = Step("1", "Quel fruit ?", "Bienvenue")
SORRY = "Le service ne peut pas répondre pour le moment. Merci de rappeler dans quelques minutes."
CROWDED = "Beaucoup de monde appelle en ce moment. Rappelez dans 5 minutes."


@pytest.mark.parametrize(
    ("read", "how"),
    [
        ("Quel fruit ?", "right"),
        ("Quel fruit ? ", "wrong"),
        ("Quel légume ?", "wrong"),
        ("", "wrong"),
        ("Bienvenue", "lost"),
        (SORRY, "lost"),
        (f"END {SORRY}", "lost"),
        (f"END {CROWDED}", "lost"),
        ("CON Le marché ne répond pas pour le moment.\n1 Réessayer", "lost"),
        ("La liste n'est pas disponible pour le moment. Réessayez dans quelques minutes.\n0 Retour", "lost"),
        ("CON Quel fruit ?\n1 Pomme ne répond pas pour le moment", "wrong"),
    ],
)
def test_only_the_menu_s_own_words_are_right(read: str, how: str) -> None:
    assert worth(read, STEP) == how


def figures(*hops: Hop, exchanges: tuple[Exchange, ...] = (), fault: float = 10.0) -> Figures:
    return Observations(list(hops), list(exchanges)).figures(fault)


def test_answers_flow_again_at_the_first_right_one_after_the_last_loss() -> None:
    hops = (Hop(9, 9.1, "right"), Hop(10.5, 11, "lost"), Hop(11, 11.2, "right"), Hop(12, 12.5, "lost"))
    found = figures(*hops, Hop(12.4, 12.5, "right"), Hop(13, 13.25, "right"))
    assert (found.hops, found.lost, found.late, found.back_after) == (6, 2, 0, 2.5)


def test_late_answer_counts_as_late_and_not_as_lost() -> None:
    found = figures(Hop(11, 16.5, "right"), Hop(17, 17.5, "right"))
    assert (found.lost, found.late, found.back_after) == (0, 1, 7.5)


def test_without_a_loss_answers_never_stopped() -> None:
    assert figures(Hop(9, 9.1, "lost"), Hop(11, 11.1, "right")).back_after == 0.0


def test_answers_that_never_come_back_are_named() -> None:
    assert figures(Hop(11, 11.1, "lost")).back_after == float("inf")


def exchange(*reads: str) -> Exchange:
    found = Exchange(STEP, 0.0)
    for now, read in enumerate(reads, 1):
        found.take(read, now)
    return found


@pytest.mark.parametrize(
    ("reads", "lost", "twice", "wrong"),
    [
        (("Quel fruit ?",), 0, 0, 0),
        ((), 1, 0, 0),
        ((SORRY,), 1, 0, 0),
        ((SORRY, "Quel fruit ?"), 0, 0, 0),
        (("Bienvenue",), 1, 0, 0),
        (("Quel fruit ?", "Quel fruit ?", "Quel fruit ?"), 0, 2, 0),
        (("Quel légume ?",), 1, 0, 1),
        (("Quel fruit ?", "Quel légume ?"), 0, 0, 1),
    ],
)
def test_message_is_lost_until_its_own_answer_comes(reads: tuple[str, ...], lost: int, twice: int, wrong: int) -> None:
    found = figures(exchanges=(exchange(*reads),))
    assert (found.messages_lost, found.messages_twice, len(found.wrong)) == (lost, twice, wrong)


def test_table_has_the_last_row_of_each_drill(tmp_path: Path) -> None:
    path = tmp_path / "drills.md"
    found = figures(Hop(10.5, 11, "lost"), Hop(11, 11.2, "right"))
    for drill in ("worker_killed", "valkey_killed", "worker_killed"):
        write_row(row(drill, found), path)
    written = path.read_text(encoding="utf-8")
    assert written.startswith(HEADING)
    lines = written.removeprefix(HEADING).splitlines()
    assert [line.split(" | ")[:9] for line in lines] == [
        ["| worker_killed", "2", "1", "0", "0", "1.2", "0", "0", "0"],
        ["| valkey_killed", "2", "1", "0", "0", "1.2", "0", "0", "0"],
    ]
