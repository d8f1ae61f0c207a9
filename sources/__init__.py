"""Where facts come from: every source behind one door, each within its patience.

`Sources` is what a conversation asks. `build_sources` makes it from the settings without reaching for anything, which
is all that `problems_of`, behind `zin check`, needs; `open_sources` also brings the database up to date and fills in
what must be there. Heavy libraries are imported only here, so that reading an entry file does not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from state.errors import SourceUnavailable
from state.messages import Outcome, Question, Source

if TYPE_CHECKING:
    from pathlib import Path

    from settings import Settings
    from sources.database import Database
    from sources.entries import Entries
    from state.errors import Problem


class Sources:
    """A Source that knows every question, and passes each on to the one that answers it.

    take is called with the entries to tell of from now on.
    """

    def __init__(self, sources: Iterable[Source], take: Callable[[Entries], None] = lambda _: None) -> None:
        self._sources, self.take = tuple(sources), take
        self._answering: dict[str, Source] = {}
        self.questions: dict[str, Question] = {}
        for source in self._sources:
            if twice := self.questions.keys() & source.questions.keys():
                raise ValueError(f"two sources answer {', '.join(sorted(twice))}")
            self.questions.update(source.questions)
            self._answering.update(dict.fromkeys(source.questions, source))

    def ask(self, question: str, answers: Mapping[str, str]) -> Coroutine[Any, Any, Outcome]:
        source = self._answering.get(question)
        if source is None:
            raise SourceUnavailable(f"no source answers {question}")
        return source.ask(question, answers)

    async def close(self) -> None:
        for source in self._sources:
            await source.close()


def build_sources(settings: Settings, database: Database | None = None, entries: Entries | None = None) -> Sources:
    """Every source that the settings name; nothing is connected before the first question.

    Entries are read from the settings' menus unless given; raises MenuBroken then.
    """
    from sources.careers import Careers
    from sources.catalogue import Catalogue
    from sources.centres import Centres
    from sources.entries import read_entries
    from sources.exams import Exams
    from sources.patience import Patient
    from sources.registry import open_database
    from sources.requests import Requests
    from sources.requests_api import RequestsApi

    database, entries = database or open_database(settings), entries or read_entries(settings.menus)
    catalogue, exams = Catalogue(entries.services), Exams(database, entries.exams)
    requests: Requests | RequestsApi
    if settings.requests_url:
        requests = RequestsApi(settings, entries.statuses)
    else:
        requests = Requests(database, entries.statuses)

    def take(entries: Entries) -> None:
        catalogue.take(entries.services)
        exams.take(entries.exams)
        requests.take(entries.statuses)

    waited_for = (requests, exams, Centres(database), Careers(database))
    return Sources(
        (Patient(catalogue, None), *(Patient(source, settings.source_seconds) for source in waited_for)), take
    )


def problems_of(menus: Path, questions: Mapping[str, Question] | None = None) -> list[Problem]:
    """Everything to mend in a folder of menus, journeys and entries, in the order of files and lines.

    questions are what the sources can be asked: ours unless given, which do not hang on the entries.
    """
    from settings import Settings
    from sources.entries import Entries
    from sources.entries import problems_of as problems_of_entries
    from state.journeys import read_journeys
    from state.lint import lint

    asked = questions or build_sources(Settings(), entries=Entries({}, {}, {})).questions
    return sorted((*lint(read_journeys(menus), asked), *problems_of_entries(menus)))


async def open_sources(settings: Settings) -> Sources:
    """Every source, ready to be asked: tables up to date, communes as in their file, sample data as the settings say.

    Raises MenuBroken, SourceUnavailable when the database cannot be had, and ZinError when production would start on
    sample data.
    """
    from sources.communes import load_communes
    from sources.migrations import migrate
    from sources.registry import open_database
    from sources.sample import load_sample, refuse_sample

    database = open_database(settings)
    try:
        sources = build_sources(settings, database)
        await migrate(database)
        await load_communes(database, settings.menus / "communes.csv")
        await (load_sample if settings.env == "demo" else refuse_sample)(database, settings)
    except BaseException:  # whatever stopped us, the connections must not outlive the attempt
        await database.close()
        raise
    return sources
