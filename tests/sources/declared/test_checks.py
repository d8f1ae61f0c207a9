"""What `zin check` says of a source file: one broken line for each rule, with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from catalog.entries import SOURCES
from settings import Address, Settings
from sources.careers import QUESTION as CAREERS
from sources.declared.checks import Installation, problems, warnings
from sources.declared.contract_rules import CONTRACT_RULES
from sources.declared.request_rules import REQUEST_RULES
from sources.requests import status_question
from state.errors import Problem
from state.interfaces import Question
from tests.support.declared_api import PASSPORT, TEXTS, entries_of

REGISTERS = {one.name: one for one in (status_question(TEXTS), CAREERS)}
BESIDE = Installation(Settings(env="demo"), {**REGISTERS, "exams.result": Question("exams.result")}, REGISTERS)


def found_in(menus: Path, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each problem: the text at its place, and what is wrong there."""
    for problem in problems(menus, entries_of(menus, files), BESIDE):
        yield at(problem), problem.what


def at(problem: Problem) -> str:
    return Path(problem.file).read_text().splitlines()[problem.line - 1][problem.column - 1 :]


def test_file_as_it_should_be_has_no_problem(tmp_path: Path) -> None:
    assert not list(found_in(tmp_path, {"passports": PASSPORT}))


BROKEN = {  # what is replaced by what -> the text at the place, and part of what is said
    "unknown_placeholder": ('{number: "{reference}"}', '{number: "{referrence}"}', '"{referrence}', "vouliez-vous"),
    "a part of no proof": ('"{birth_date}"}', '"{birth_date.day}"}', '"{birth_date.day}', "seule une réponse de forme"),
    "a stray brace": ('"{birth_date}"}', '"{birth_date} }"}', '"{birth_date} }"', "entre accolades"),
    "need_unsent": ('born: "{birth_date}"', "born: X", "day", "la requête n'envoie pas « birth_date »"),
    "body_misplaced": ("method: POST", "method: GET", "{file:", "n'a pas de corps"),
    "credential_unclear": ("zin}", "zin, A: {optional: true}}", "{optional", "setting: ou file:"),
    "half of TLS": ("  method:", "  tls: {key: a.key}\n  method:", "{key", "vont ensemble"),
    "secret_written": ("zin}", "zin, Authorization: abc}", "abc", "ressemble à un secret"),
    "a secret in a body": ("{file: {", "{token: abc, file: {", "abc", "ressemble à un secret"),
    "a long random text": ("zin}", "zin, A: k3v9d7s5q1w8e6r4t2y0}", "k3v9", "ressemble à un secret"),
    "guard_incomplete": ("reference: reference\n", "", "true", "reference:"),
    "a reference that is no need": ("reference: reference\n", "reference: referense\n", "referense", "vouliez-vous"),
    "a guard without a proof": ("birth_date: day}", "birth_date: code}", "{reference: code", "demande une preuve"),
    "outcome_unclear": ("outcome: unknown, status", "outcome: gone, status", "- {outcome", "« unknown »"),
    "an outcome of Zin": ("  - {outcome: unk", "  - {outcome: late, status: 503}\n  - {outcome: unk", "late", "décidé"),
    "a line that never counts": (", when: file.stage}", "}\n  - {outcome: later}", "{outcome: later", "toujours avant"),
    "fact_unclear": ("kind: money}", "kind: money, most: 4}", "4}", "ne va qu'avec kind: text"),
    "words without texts": (", values: {P1: Dossier reçu, P2: Passeport imprimé}", "", "{from: file.stage", "values:"),
    "a text without a limit": (", most: 40}", "}", "{from: file.office", "most:"),
    "an example that is no JSON": ('{"code": "NO_FILE"}', "{code: NO_FILE}", "|", "ce n'est pas du JSON"),
    "an example without a fact": (', "due": 5000}', "}", "|", "le fait « due » manque"),
    "a word without a text": ('"stage": "P2"', '"stage": "P7"', "|", "a une valeur sans texte"),
    "another outcome": (
        "outcome: found\n    facts",
        "outcome: unknown\n    facts",
        "unknown",
        "reconnue comme « found »",
    ),
    "another fact": ("office: Cotonou", "office: Parakou", "Parakou", "Zin y lit « Cotonou »"),
    "an answer of no form": (
        "birth_date: 1990-03-05}\n    answer",
        "birth_date: 1990}\n    answer",
        "{ref",
        "il faut ici",
    ),
    "an outcome without an example": (
        "  - {outcome: unk",
        "  - {outcome: gone, status: 410}\n  - {outcome: unk",
        "- ask",
        "exemple de la",
    ),
    "a question of Zin": ("passports.stage", "exams.result", "exams.result", "Zin répond lui-même"),
}


@pytest.mark.parametrize(("was", "now", "place", "what"), BROKEN.values(), ids=BROKEN)
def test_broken_line_is_named_with_its_place(tmp_path: Path, was: str, now: str, place: str, what: str) -> None:
    assert was in PASSPORT
    found = list(found_in(tmp_path, {"passports": PASSPORT.replace(was, now, 1)}))
    assert [one for one in found if one[0].startswith(place) and what in one[1]], found


def test_every_rule_has_a_broken_line() -> None:
    assert {rule.__name__ for rule in (*REQUEST_RULES, *CONTRACT_RULES)} <= BROKEN.keys()


MISSHAPEN = [
    ("from: file.office", "from: file..office", "file..office", "n'est pas une expression JMESPath, vers son signe 6"),
    ("from: file.office", "from: upper(file.office)", "upper(", "pas de fonction « upper »"),
    ("from: file.office", "from: join(file.office)", "join(", "prend 2 valeurs, pas 1"),
    ("birth_date: day}", "birth_date: date}", "date}", "n'est pas prévu ici"),
    ("kind: money", "kind: francs", "francs", "n'est pas prévu ici"),
    ("server: http://127.0.0.1:1", "server: http://u:p@127.0.0.1", "http://u:p", "https:// et un nom de machine"),
    ("server: http://127.0.0.1:1", "server: ZIN_PEPPER", "ZIN_PEPPER", "un réglage comme"),
    ("zin}", "zin, A: {setting: ZIN_SECRET}}", "ZIN_SECRET", "un réglage comme"),
    ("zin}", "zin, A: {file: ../zin.key}}", "../zin.key", "sans dossier"),
    ("guarded: true\n", "", "", "il manque la clé « guarded »"),
    ("guarded: true\n", "guarded: true\nguardd: true\n", "guardd", "clé inconnue « guardd » (vouliez-vous"),
]


@pytest.mark.parametrize(("was", "now", "place", "what"), MISSHAPEN)
def test_misshapen_line_is_named_with_its_place(tmp_path: Path, was: str, now: str, place: str, what: str) -> None:
    assert was in PASSPORT
    (tmp_path / "passports.yaml").write_text(PASSPORT.replace(was, now, 1))
    _, found = SOURCES.read(tmp_path)
    assert [one for one in found if at(one).startswith(place) and what in one.what], found


ROUTED = "title: Toutes\nquestion: passports.stage\nby: {prefix: {PP: passports, CJ: %s}}\n"
OTHER = PASSPORT.replace("title: Passeports", "title: Autres")
ROUTINGS = [
    (ROUTED % "other", OTHER, "", ""),
    (ROUTED % "othre", OTHER, "othre", "aucun fichier « othre.yaml » n'y répond"),
    (ROUTED % "register", OTHER, "register", "aucun fichier"),
    (ROUTED % "other", OTHER.replace("birth_date: day", "birth_date: proof"), "other", "needs n'est pas le même"),
    (ROUTED % "other", OTHER.replace("office:", "bureau:"), "other", "facts n'a pas le même « bureau »"),
    ("title: Toutes\nquestion: exams.result\nby: {prefix: {PP: passports}}\n", OTHER, "exams.result", "lui-même"),
]


@pytest.mark.parametrize(("routed", "other", "place", "what"), ROUTINGS)
def test_routing_is_held_against_its_sources(tmp_path: Path, routed: str, other: str, place: str, what: str) -> None:
    found = list(found_in(tmp_path, {"passports": PASSPORT, "other": other, "routed": routed}))
    assert [one for one in found if one[0].startswith(place) and what in one[1]] if what else not found, found


def test_two_files_for_one_question_need_a_routing(tmp_path: Path) -> None:
    (found,) = found_in(tmp_path, {"passports": PASSPORT, "other": OTHER})
    assert found == (
        "passports.stage",
        "other.yaml répond déjà à « passports.stage » : un fichier avec by: dit lequel répond à quoi",
    )


def test_setting_without_a_file_is_a_problem(tmp_path: Path) -> None:
    entries = entries_of(tmp_path, {"passports": PASSPORT})
    beside = Installation(Settings(env="demo", requests_url=Address("http://127.0.0.1:1")), REGISTERS, REGISTERS)
    (found,) = problems(tmp_path, entries, beside)
    assert found.what.startswith("ZIN_REQUESTS_URL est réglé, mais aucun fichier ne le nomme")


REMARKS = [
    (("", ""), "{from: file.due", "aucun écran n'emploie « {due} »"),
    (("http://127.0.0.1:1", "http://api.example"), "http://api", "n'est pas chiffré"),
    (("/passports/stage", "/passports/{reference}"), "/passports/", "dans l'adresse"),
    ((", when: \"code == 'NO_FILE'\"", ""), "{outcome: unknown", "répond aussi 404"),
]


@pytest.mark.parametrize(("change", "place", "what"), REMARKS)
def test_remark_blocks_nothing(tmp_path: Path, change: tuple[str, str], place: str, what: str) -> None:
    entries = entries_of(tmp_path, {"passports": PASSPORT.replace(*change, 1)})
    assert not list(problems(tmp_path, entries, BESIDE))
    found = list(warnings(tmp_path, entries, frozenset({"stage", "office", "ready"})))
    assert [one for one in found if at(one).startswith(place) and what in one.what], found
