"""Headings, verdicts, mentions and marks in the spellings of ministries; what is not known is never guessed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from results.importing.headings import is_personal
from results.importing.vocabulary import parse_mark, parse_mention
from tests.support.result_files import as_csv, read_bytes, read_rows, row

# Headings


@pytest.mark.parametrize(
    "seat",
    ["Numéro de table", "NUMERO DE TABLE", "N°Table", "n° de table", "No table", "Nº_table", "N. Table", "Matricule"],
)
@pytest.mark.parametrize("verdict", ["Décision", "DECISION", "Verdict", "Résultat", "Décision du jury "])
def test_headings_are_known_in_the_spellings_of_ministries(tmp_path: Path, seat: str, verdict: str) -> None:
    found = read_bytes(tmp_path, as_csv([(seat, verdict), ("10001", "admis")]))
    assert [one.seat for one in found.results] == ["10001"]


def test_matricule_is_a_seat_without_another(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, as_csv([("Matricule", "Table", "Verdict"), ("M-777", "10001", "admis")]))
    assert [one.seat for one in found.results] == ["10001"]
    assert found.report.unused == ("Matricule",)


@pytest.mark.parametrize(
    ("heading", "of_a_person"),
    [
        *(
            (one, True)
            for one in ("Nom", "PRENOMS", "Nom et prénoms", "Né(e) le", "Date de naissance", "Sexe", "Candidat")
        ),
        *((one, True) for one in ("date_naiss", "Téléphone du père", "NPI", "Adresse")),
        *((one, False) for one in ("Nom du centre", "Jury", "Observation", "N° candidat", "Nombre d'absences")),
    ],
)
def test_personal_heading_is_recognized(heading: str, of_a_person: bool) -> None:
    assert is_personal(heading) is of_a_person


# Words


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        *((one, "admitted") for one in ("ADMIS", "Admise", "admis(e)", " Admis.", "DÉFINITIVEMENT ADMISE", "Reçue")),
        *((one, "admissible") for one in ("Admissible", "ADMISSIBLE")),
        *((one, "refused") for one in ("Refusé", "REFUSEE", "non-admis", "Refusé(e)")),
        *((one, "adjourned") for one in ("AJOURNE", "ajournée")),
        *((one, "absent") for one in ("Absent", "ABSENTE", "ABS")),
    ],
)
def test_verdict_ignores_gender_and_accents(tmp_path: Path, written: str, verdict: str) -> None:
    assert [one.verdict for one in read_rows(tmp_path, row(verdict=written, mention="", mark="")).results] == [verdict]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        *(("Passable", "Passable"), ("P", "Passable"), ("ASSEZ-BIEN", "Assez bien"), ("AB", "Assez bien")),
        *(
            ("bien", "Bien"),
            ("Mention Bien", "Bien"),
            ("TB", "Très bien"),
            ("TRES BIEN", "Très bien"),
            ("T. bien", "Très bien"),
        ),
        *(("", ""), ("-", ""), ("Néant", ""), ("sans mention", "")),
        *(("Excellent", None), ("Bien ?", None), ("?", None)),
    ],
)
def test_a_mention_is_one_of_four_or_none(written: str, kept: str | None) -> None:
    assert parse_mention(written) == kept


@pytest.mark.parametrize(
    ("written", "value"),
    [("12", "12"), ("12,5", "12.5"), (" 09.75 ", "9.75"), ("14,25/20", "14.25"), ("-1", "-1"), ("100", "100")],
)
def test_a_mark_is_read_with_comma_or_point(written: str, value: str) -> None:
    assert parse_mark(written) == Decimal(value)


@pytest.mark.parametrize("written", ["", "douze", "1e1", "1.000,5", "12,", "NaN", "٣", "12/40", "1 2"])
def test_what_is_no_mark_is_not_guessed(written: str) -> None:
    assert parse_mark(written) is None
