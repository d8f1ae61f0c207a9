"""Rules for the outcomes, facts and examples of a declared source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from catalog.source_files import FOUND, UNKNOWN, DeclaredFact, HttpSourceFile, SourceExample
from sources.declared.contract import Contract
from sources.declared.facts import Statuses
from sources.declared.french_reasons import reason_in_french
from sources.declared.placeholders import read_answers
from sources.declared.request_rules import Complaint
from state.errors import SourceUnavailable
from state.yaml_files.loader import Where, did_you_mean

PROOFS: Final = frozenset({"proof", "day", "phone_tail"})
RESERVED: Final = frozenset({"late", "unavailable"})


def guard_incomplete(file: HttpSourceFile) -> Iterator[Complaint]:
    """A guarded question has a reference and a proof; wrong tries are counted for each reference."""
    if file.reference is not None and file.reference not in file.needs:
        what = f"« {file.reference} » n'est pas dans needs{did_you_mean(file.reference, file.needs)}"
        yield ("reference",), what
    if not file.guarded:
        return
    if file.reference is None:
        yield ("guarded",), "dites avec reference: quelle réponse dit de qui il s'agit"
    proofs = [need for need, form in file.needs.items() if form in PROOFS and need != file.reference]
    if not proofs:
        yield ("needs",), "guarded: true demande une preuve : une réponse de forme proof, day ou phone_tail"


def outcome_unclear(file: HttpSourceFile) -> Iterator[Complaint]:
    """There are found and unknown; late and unavailable are decided by Zin."""
    outcomes = {one.outcome for one in file.outcomes}
    for needed in (FOUND, UNKNOWN):
        if needed not in outcomes:
            yield ("outcomes",), f"dites à quoi se reconnaît la réponse « {needed} »"
    for place, one in enumerate(file.outcomes):
        if one.outcome in RESERVED:
            what = f"« {one.outcome} » est décidé par Zin, quand l'API ne répond pas comme ce fichier le dit"
            yield ("outcomes", place, "outcome"), what
        earlier = file.outcomes[:place]
        if any(other.status == one.status and other.when is None for other in earlier):
            yield ("outcomes", place), "une ligne plus haut convient toujours avant celle-ci : ajoutez-y when:"


def fact_unclear(file: HttpSourceFile) -> Iterator[Complaint]:
    """Each key of a fact suits its kind."""
    for name, fact in file.facts.items():
        for key, kind in (("most", "text"), ("longest", "text"), ("values", "words"), ("of", "words")):
            if getattr(fact, key) is not None and fact.kind != kind:
                yield ("facts", name, key), f"« {key} » ne va qu'avec kind: {kind}"
        yield from _words_and_lengths(("facts", name), fact)


def _words_and_lengths(where: Where, fact: DeclaredFact) -> Iterator[Complaint]:
    if fact.kind == "words" and bool(fact.values) == bool(fact.of):
        yield (
            where,
            "kind: words a besoin de values: (le texte de chaque valeur) ou de of:, l'un des deux",
        )
    if fact.kind == "text" and fact.most is None:
        yield where, "dites avec most: combien de caractères ce texte a au plus"
    if fact.most and fact.longest and len(fact.longest) > fact.most:
        yield (*where, "longest"), f"ce texte est plus long que most: {fact.most}"


def example_wrong(file: HttpSourceFile, statuses: Statuses) -> Iterator[Complaint]:
    """Each example is understood as it says, and each outcome has one."""
    contract = Contract(file, statuses)
    for place, example in enumerate(file.examples):
        where: Where = ("examples", place)
        if read_answers(file.needs, example.ask) is None:
            yield (*where, "ask"), f"il faut ici {_wanted(file)}"
        for name in example.ask.keys() - file.needs.keys():
            yield (*where, "ask", name), f"« {name} » n'est pas dans needs{did_you_mean(name, file.needs)}"
        yield from (((*where, *inner), what) for inner, what in _misread(contract, example))
    met = {example.outcome for example in file.examples}
    for outcome in contract.question.outcomes:
        if outcome not in met:
            yield ("examples",), f"il manque un exemple de la réponse « {outcome} »"


def _wanted(file: HttpSourceFile) -> str:
    return ", ".join(f"{name} ({form})" for name, form in file.needs.items())


def _misread(contract: Contract, example: SourceExample) -> Iterator[Complaint]:
    try:
        value = json.loads(example.answer) if example.answer else None
    except (ValueError, RecursionError):
        yield ("answer",), "ce n'est pas du JSON : copiez la réponse telle quelle, sous « answer: | »"
        return
    try:
        outcome = contract.outcome(contract.read(example.status, value))
    except SourceUnavailable as error:
        yield ("answer",), reason_in_french(str(error))
        return
    if outcome.trigger != example.outcome:
        yield ("outcome",), f"cette réponse est reconnue comme « {outcome.trigger} », pas « {example.outcome} »"
    for name, wanted in example.facts.items():
        found = outcome.facts.get(name)
        if found != wanted:
            yield ("facts", name), f"Zin y lit « {found} »" if found is not None else f"rien ne donne « {name} »"


CONTRACT_RULES: Final = (guard_incomplete, outcome_unclear, fact_unclear)
