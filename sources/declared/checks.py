"""Checks the files of menus/sources beyond their shape: alone, against one another, and against Zin's own questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog.entries import Entries
from catalog.source_files import FOLDER, REGISTER, HttpSourceFile, RoutedSourceFile, http_files, routed_files
from settings import Settings
from settings.addresses import is_local
from sources.declared.active import alone
from sources.declared.contract import question_of
from sources.declared.contract_rules import CONTRACT_RULES, example_wrong
from sources.declared.placeholders import names_in, texts_of
from sources.declared.request_rules import REQUEST_RULES, Complaint
from sources.declared.routing import routing_need
from state.errors import Problem
from state.interfaces import Question
from state.yaml_files.loader import Document, did_you_mean, read

REQUESTS_URL: Final = "ZIN_REQUESTS_URL"
Questions = Mapping[str, Question]


@dataclass(frozen=True, slots=True)
class Installation:
    """What the files stand beside: the settings, Zin's own questions, and those that a file may answer instead."""

    settings: Settings
    built_in: Questions
    registers: Questions


def problems(menus: Path, entries: Entries, beside: Installation) -> Iterator[Problem]:
    """Yield every problem of the files of menus/sources."""
    for name, file in http_files(entries.sources).items():
        yield from _placed(menus, name, _complaints(file, entries, beside))
    for name, routed in routed_files(entries.sources).items():
        yield from _placed(menus, name, _routing_complaints(routed, entries, beside))
    if REGISTER in entries.sources:
        what = "ce nom désigne la table de Zin : choisissez-en un autre pour ce fichier"
        yield from _placed(menus, REGISTER, iter([((), what)]))
    yield from _answered_twice(menus, entries, beside)
    servers = {file.request.server for file in http_files(entries.sources).values()}
    if beside.settings.requests_url and REQUESTS_URL not in servers:
        what = f"{REQUESTS_URL} est réglé, mais aucun fichier ne le nomme : copiez-y requests.yaml de Zin, ou videz-le"
        yield Problem(str(menus / FOLDER), 1, 1, what)


def warnings(menus: Path, entries: Entries, used: frozenset[str]) -> Iterator[Problem]:
    """Yield what blocks nothing: a fact that no screen uses, and what proxies or the network may read.

    used are the names that the screens use.
    """
    for name, file in http_files(entries.sources).items():
        yield from _placed(menus, name, _remarks(file, used))


def _complaints(file: HttpSourceFile, entries: Entries, beside: Installation) -> Iterator[Complaint]:
    for rule in (*REQUEST_RULES, *CONTRACT_RULES):
        yield from rule(file)
    yield from example_wrong(file, entries.statuses)
    yield from _not_theirs(file.question, beside)


def _not_theirs(question: str, beside: Installation) -> Iterator[Complaint]:
    if question in beside.built_in and question not in beside.registers:
        yield ("question",), f"Zin répond lui-même à « {question} » : choisissez un autre nom"


def _remarks(file: HttpSourceFile, used: frozenset[str]) -> Iterator[Complaint]:
    for fact in file.facts:
        if fact not in used:
            yield ("facts", fact), f"aucun écran n'emploie « {{{fact}}} »"
    if file.request.server.startswith("http://") and not is_local(file.request.server):
        yield ("request", "server"), "http:// n'est pas chiffré : employez https://, ou le serveur X-Road d'ici"
    for where, text in texts_of(file.request) if file.guarded else ():
        if where[0] in ("path", "query") and any(names_in(text)):
            what = "ce que tape le citoyen est dans l'adresse, que des serveurs notent : préférez json ou form"
            yield ("request", *where), what
    for place, one in enumerate(file.outcomes):
        if one.status == 404 and one.when is None:
            what = "une adresse fausse répond aussi 404 : ajoutez when: pour ne pas dire « inconnu » à tort"
            yield ("outcomes", place), what


def _routing_complaints(routed: RoutedSourceFile, entries: Entries, beside: Installation) -> Iterator[Complaint]:
    known, first = http_files(entries.sources), None
    for prefix, name in routed.by.prefix.items():
        where = ("by", "prefix", prefix)
        question = _branch(routed.question, name, known, entries, beside)
        if question is None:
            what = f"aucun fichier « {name}.yaml » n'y répond à « {routed.question} »"
            yield where, what + did_you_mean(name, [*known, REGISTER])
            continue
        first = first or (name, question)
        if difference := _difference(question, first[1]):
            yield where, f"« {name} » et « {first[0]} » ne vont pas ensemble : {difference}"
    if first and not routing_need(first[1]):
        yield ("by",), "il faut une réponse de forme code, dont le début dit qui répond"
    yield from _not_theirs(routed.question, beside)


def _branch(
    question: str, name: str, known: Mapping[str, HttpSourceFile], entries: Entries, beside: Installation
) -> Question | None:
    if name == REGISTER:
        return beside.registers.get(question)
    file = known.get(name)
    return question_of(file, entries.statuses) if file and file.question == question else None


def _difference(one: Question, first: Question) -> str:
    """Return what keeps two questions from standing behind one, "" for nothing."""
    if dict(one.needs) != dict(first.needs):
        return "needs n'est pas le même"
    if (one.guarded, one.reference) != (first.guarded, first.reference):
        return "guarded ou reference n'est pas le même"
    facts = {name: spec.kind for name, spec in one.gives.items()}
    others = {name: spec.kind for name, spec in first.gives.items()}
    unlike = sorted(name for name in facts.keys() | others.keys() if facts.get(name) != others.get(name))
    return f"facts n'a pas le même « {unlike[0]} » (optional: true s'il peut manquer)" if unlike else ""


def _answered_twice(menus: Path, entries: Entries, beside: Installation) -> Iterator[Problem]:
    by_question: dict[str, list[str]] = defaultdict(list)
    for question, name in alone(entries.sources, beside.settings, beside.registers):
        by_question[question].append(name)
    for question, routed in ((one.question, name) for name, one in routed_files(entries.sources).items()):
        by_question[question].append(routed)
    for question, names in by_question.items():
        for name in names[1:]:
            what = f"{names[0]}.yaml répond déjà à « {question} » : un fichier avec by: dit lequel répond à quoi"
            yield from _placed(menus, name, iter([(("question",), what)]))


def _placed(menus: Path, name: str, complaints: Iterator[Complaint]) -> Iterator[Problem]:
    document: Document | None = None
    for where, what in complaints:
        document = document or read(menus / FOLDER / f"{name}.yaml")
        yield document.problem_at(where, what)
