"""Results from the ministry's file to the public, as three people type it, and what citizens then learn."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from database import open_database
from results.approval import MISMATCH
from results.approval_sample import draw_seats
from results.published import PublishedResults, Unpublished
from settings import Settings
from tests.support.results_office import YEAR

pytestmark = pytest.mark.slow

PASSWORD = "un mot de passe assez long"
PEOPLE = {"ida": "importer", "paul": "approver", "vera": "viewer"}


class Office:
    """A ministry with three people, a registry of its own, and a file of results."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "bac.csv"
        self.env = {"ZIN_DATA": str(folder)}
        for name, role in PEOPLE.items():
            assert self.zin("operators", "add", name, "--role", role, typed=PASSWORD).exit_code == 0
        self.write({})

    def write(self, other: dict[int, str]) -> None:
        lines = ["Numéro de table;Décision;Mention;Série;Centre"]
        for seat in range(500, 540):
            verdict = other.get(seat, "ADMIS")
            lines.append(f"{seat};{verdict};{'Bien' if verdict == 'ADMIS' else ''};D;Centre d'exemple")
        self.file.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
        self.other = other

    def zin(self, *words: str, typed: str = PASSWORD) -> Result:
        return CliRunner().invoke(main, words, env=self.env, input=f"{typed}\n")

    def bring(self, name: str = "ida") -> Result:
        return self.zin("results", "import", str(self.file), "--exam", "bac", "--year", str(YEAR), "--as", name)

    def approve(self, named: str, name: str = "paul", wrong: str = "") -> Result:
        """Approve with the verdicts of the paper list; the first one gets `wrong` instead."""
        seats = asyncio.run(self._drawn(named, name))
        verdicts = [self.other.get(int(seat), "Admis(e)") for seat in seats]
        typed = "\n".join([PASSWORD, *(verdicts if not wrong else [wrong, *verdicts[1:]])])
        return self.zin("results", "approve", named, str(self.file), "--as", name, typed=typed)

    async def _drawn(self, named: str, name: str) -> tuple[str, ...]:
        database = open_database(Settings(data=self.folder))
        try:
            return await draw_seats(database, named, name)
        finally:
            await database.close()

    def verdict_of(self, seat: str) -> str:
        async def ask() -> str:
            database = open_database(Settings(data=self.folder))
            published = PublishedResults(database)
            try:
                found = await published.find(f"bac-{YEAR}", seat)
            except Unpublished:
                return "unpublished"
            finally:
                await published.close()
                await database.close()
            return (found and found[1].verdict) or "unknown"

        return asyncio.run(ask())


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_two_people_publish_and_withdraw_a_file(office: Office) -> None:
    brought = office.bring()
    assert brought.exit_code == 0, brought.output
    assert f"bac-{YEAR}.1" in brought.output
    assert office.verdict_of("505") == "unpublished"
    assert office.approve(f"bac-{YEAR}.1").exit_code == 0
    published = office.zin("results", "publish", f"bac-{YEAR}.1", "--as", "paul")
    assert published.exit_code == 0, published.output
    assert [office.verdict_of("505"), office.verdict_of("999")] == ["admitted", "unknown"]
    status = office.zin("results", "status", f"bac-{YEAR}").output
    assert "approuvé par paul" in status
    assert f"bac-{YEAR}.1, publié le" in status
    withdrawn = office.zin("results", "withdraw", f"bac-{YEAR}", "--why", "une erreur", "--as", "paul")
    assert withdrawn.exit_code == 0
    assert office.verdict_of("505") == "unpublished"
    assert office.zin("audit", "verify").exit_code == 0


REFUSED = [
    ("the importer approves", lambda office: office.approve(f"bac-{YEAR}.1", "ida")),
    ("a viewer approves", lambda office: office.approve(f"bac-{YEAR}.1", "vera")),
    ("a draft is published", lambda office: office.zin("results", "publish", f"bac-{YEAR}.1", "--as", "paul")),
    ("a wrong password", lambda office: office.zin("results", "discard", f"bac-{YEAR}.1", "--as", "ida", typed="x")),
    ("an hour", lambda office: office.zin("results", "publish", f"bac-{YEAR}.1", "--at", "18h", "--as", "paul")),
    ("an exam that there is not", lambda office: office.zin("results", "import", str(office.file), "--exam", "bak",
                                                            "--year", str(YEAR), "--as", "ida")),
]  # fmt: skip


@pytest.mark.parametrize(("what", "done"), REFUSED, ids=[row[0] for row in REFUSED])
def test_forbidden_action_is_refused_with_code_2(office: Office, what: str, done: object) -> None:
    office.bring()
    result = done(office)  # type: ignore[operator]
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert office.verdict_of("505") == "unpublished"


def test_invalid_file_becomes_no_draft(office: Office) -> None:
    office.write({505: "PEUT-ÊTRE"})
    result = office.bring()
    assert result.exit_code == 2
    assert "À corriger" in result.output
    assert office.zin("results", "status", f"bac-{YEAR}").output == f"Rien pour bac-{YEAR}.\n"


def test_differing_paper_list_stops_the_approval(office: Office) -> None:
    office.bring()
    result = office.approve(f"bac-{YEAR}.1", wrong="Refusé(e)")
    assert result.exit_code == 2
    assert MISMATCH in result.output
    assert office.approve(f"bac-{YEAR}.1", wrong="Reçu").exit_code == 2  # no verdict: nothing was compared
    assert office.approve(f"bac-{YEAR}.1", wrong="\n").exit_code == 2
    assert office.approve(f"bac-{YEAR}.1").exit_code == 0


def test_import_counts_the_changes_of_a_correction(office: Office) -> None:
    office.bring()
    office.approve(f"bac-{YEAR}.1")
    office.zin("results", "publish", f"bac-{YEAR}.1", "--as", "paul")
    office.write({520: "REFUSÉ", 521: "REFUSÉ", 530: "ABSENT"})
    output = office.bring().output
    assert f"Par rapport à bac-{YEAR}.1, qui est publié :" in output
    assert "2 : de « Admis(e) » à « Refusé(e) »" in output
    assert "1 : de « Admis(e) » à « Absent(e) »" in output
    assert "520" not in output.split("Par rapport")[1]
    assert office.approve(f"bac-{YEAR}.2").exit_code == 0
    assert office.zin("results", "publish", f"bac-{YEAR}.2", "--as", "paul").exit_code == 2
    assert office.verdict_of("520") == "admitted"
    assert office.zin("results", "publish", f"bac-{YEAR}.2", "--why", "Réclamation", "--as", "paul").exit_code == 0
    assert [office.verdict_of("520"), office.verdict_of("530"), office.verdict_of("505")] == [
        "refused",
        "absent",
        "admitted",
    ]
