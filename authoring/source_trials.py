"""Asks a declared source by hand, and shows what a citizen would read: for who writes a file of menus/sources.

Nothing of the answer is logged or stored.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from authoring.validation import ValidatedMenus
from catalog.normalize import answer, normalize_code
from catalog.source_files import HttpSourceFile, RoutedSourceFile, SourceFiles
from channels import rooms
from settings import Settings
from settings.addresses import is_local
from sources.declared.contract import question_of
from sources.declared.facts import Statuses
from sources.declared.french_reasons import reason_in_french
from sources.declared.http_source import HttpSource
from sources.declared.placeholders import read_answers
from sources.declared.routing import routing_need
from state.errors import SourceUnavailable, ZinError
from state.interfaces import Outcome
from state.menu.machine import destination
from state.menu.model import Menu
from state.rendering.render import render
from state.session import Session
from state.text.languages import SOURCE


class UnknownSource(ZinError):
    """There is no such source; the text is French, for the operator."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a source answered: the outcome, the French reason if it is a failure, and the seconds it took."""

    outcome: Outcome
    why: str
    seconds: float


def find_source(files: SourceFiles, name: str, answers: Mapping[str, str]) -> tuple[str, HttpSourceFile]:
    """Return the name and the file of the source that a name means for these answers. Raises UnknownSource."""
    file = files.get(name)
    if file is None:
        raise UnknownSource(f"il n'y a pas de source « {name} ». Il y a : {', '.join(sorted(files)) or 'aucune'}.")
    if isinstance(file.root, HttpSourceFile):
        return name, file.root
    return _behind(file.root, files, answers)


def is_personal(file: HttpSourceFile, server: str) -> bool:
    """Return whether a question shows a real person's file: it is guarded, and leaves this machine."""
    return file.guarded and not is_local(server)


async def ask_once(
    name: str, file: HttpSourceFile, settings: Settings, answers: Mapping[str, str], statuses: Statuses
) -> Trial:
    """Ask a source once. Raises UnknownSource for an answer without its form."""
    if read_answers(file.needs, answers) is None:
        wanted = ", ".join(f"{need}=… ({form})" for need, form in file.needs.items())
        raise UnknownSource(f"il faut {wanted}. Une réponse manque, ou n'a pas sa forme.")
    source, started = HttpSource(name, file, settings, statuses), time.perf_counter()
    outcome, why = Outcome("unavailable"), ""
    try:
        async with asyncio.timeout(min(file.patience_seconds, settings.source_seconds)):
            outcome = await source.ask(file.question, answers)
    except TimeoutError:
        outcome, why = Outcome("late"), reason_in_french("no answer in time")
    except SourceUnavailable as error:
        why = reason_in_french(str(error))
    finally:
        await source.close()
    return Trial(outcome, why, time.perf_counter() - started)


def screens_shown(
    menus: ValidatedMenus, settings: Settings, question: str, answers: Mapping[str, str], outcome: Outcome
) -> Iterator[tuple[str, str]]:
    """Yield each screen that a look-up of this question leads to, with its French text on a basic phone.

    A screen that says nothing itself is yielded without a text.
    """
    menu = menus.edition.menus[SOURCE]
    asking = [one.name for one in menu.screens.values() if one.question and one.question.name == question]
    for name in dict.fromkeys(destination(menu.machine, one, outcome.trigger) for one in asking):
        session = Session(name, menu.version, "", 0.0, shown=dict(answers), facts=dict(outcome.facts))
        yield name, "\n".join(_pages(menu, session, settings)) if menu.screens[name].says else ""


def _pages(menu: Menu, session: Session, settings: Settings) -> Iterator[str]:
    room = next(room for room in rooms(settings).values() if room.kind == "ussd")
    render(menu, session, room)
    yield session.text
    for page in range(1, session.pages):
        turned = replace(session, page=page)
        render(menu, turned, room)
        yield f"---\n{turned.text}"


def _behind(routed: RoutedSourceFile, files: SourceFiles, answers: Mapping[str, str]) -> tuple[str, HttpSourceFile]:
    """Return the source that a routing file passes these answers to. Raises UnknownSource."""
    known = {name: one.root for name, one in files.items() if isinstance(one.root, HttpSourceFile)}
    branches = [(prefix, name) for prefix, name in routed.by.prefix.items() if name in known]
    for prefix, name in sorted(branches, key=lambda one: -len(one[0])):
        file = known[name]
        need = routing_need(question_of(file, {}))
        if normalize_code(answer(answers, need)).startswith(prefix):
            return name, file
    prefixes = ", ".join(prefix for prefix, _ in branches)
    raise UnknownSource(f"personne n'est interrogé pour cette référence : elle ne commence pas par {prefixes}.")
