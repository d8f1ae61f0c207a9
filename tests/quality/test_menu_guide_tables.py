"""Tables of menus/README.md: patterns, signs, questions and keys are those of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from catalog.entries import Service, Status, Verdict
from cli.terminal_phone import ROOM
from settings import Settings
from state.menu.answer_patterns import compile_pattern, pattern_problem
from state.menu.phrases import Phrases
from state.menu.schema import SHAPES, Asking, Choice, JourneyFile, Listing, LookUp
from state.rate_limit import HOUR, MAX_WRONG
from state.text.encoding import fold
from state.text.languages import FRENCH
from state.text.page_format import paper
from state.text.pagination import Footer, paginate
from state.yaml_files.types import Counted, SayByChannel
from tests.support.database import sources_over
from tests.support.menu_guide import GUIDE, MENUS

FORMS = re.findall(r"(?m)^\| [^|`]+ \| `\"?(.+?)\"?` \| `(.+?)` \| `(.+?)` \|$", GUIDE)


@pytest.mark.parametrize(("form", "taken", "refused"), FORMS)
def test_patterns_of_the_guide_accept_and_refuse(form: str, taken: str, refused: str) -> None:
    assert not pattern_problem(form)
    assert compile_pattern(form)(taken)
    assert compile_pattern(form)(refused) is None


FOLDED = re.findall(r"(?m)^\| `([^`]+)` \| `([^`]+)` \|$", GUIDE)


@pytest.mark.parametrize(("written", "shown"), FOLDED)
def test_signs_are_folded_as_documented(written: str, shown: str) -> None:
    assert fold(written) == shown


def test_tables_of_patterns_and_signs_exist() -> None:
    assert len(FORMS) == 7
    assert len(FOLDED) == 3


def test_numbers_of_the_guide_match_the_code() -> None:
    limit = re.search(r"restez sous (\d+)", GUIDE)
    assert limit
    footer = Footer("98 Suite", "0 Retour\n00 Accueil")
    assert [len(paginate("m" * (int(limit[1]) + more), (), footer, paper(FRENCH, ROOM))) for more in (0, 1)] == [1, 2]
    assert (MAX_WRONG, HOUR) == (10, 3600)
    assert "dix réponses fausses en une heure" in GUIDE


def test_every_question_is_documented() -> None:
    rows = re.findall(r"(?m)^\| `(\w+\.\w+)` \|(.*)\|(.*)\|(.*)\|(.*)\|$", GUIDE)
    documented = {
        name: ("(liste)" in what, *(frozenset(re.findall(r"`\{?(\w+)\}?`", cell)) for cell in (needs, outcomes, gives)))
        for name, what, needs, outcomes, gives in rows
    }
    assert documented == {
        name: (one.rows, frozenset(one.needs), frozenset(() if one.rows else one.outcomes), frozenset(one.gives))
        for name, one in sources_over(Settings(menus=MENUS)).questions.items()
    }


def keys() -> Iterator[str]:
    """Every key that an operator can write in a journey, in phrases.yaml, and in a service, a verdict or a status."""
    ours = (JourneyFile, SayByChannel, Counted, Choice, Listing, Asking, LookUp, Phrases, Service, Verdict, Status)
    shapes: tuple[type[BaseModel], ...] = (*ours, *SHAPES.values())
    for shape in shapes:
        for name, field in shape.model_fields.items():
            yield field.alias or name
    yield from ("value", "source", "as_of", "note")


@pytest.mark.parametrize("key", sorted(set(keys())))
def test_guide_documents_the_key(key: str) -> None:
    assert f"`{key}:" in GUIDE or f"`{key}`" in GUIDE
