"""The screens that most citizens see are whole in each language that is offered, as drafts at least."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.translation_files import status
from state.text.languages import offered, read_languages

pytestmark = pytest.mark.slow

WHOLE = {
    "home.welcome",
    "exams.seat",
    "exams.result",
    "exams.not_yet",
    "requests.reference",
    "requests.proof",
    "requests.status",
    "careers.step",
    "services.card",
    "services.documents",
    "emergency.numbers",
}


def test_screens_most_seen_are_whole_in_offered_languages() -> None:
    codes = {one.code for one in offered(read_languages(Path("locales"))[0], None)}
    found = [one for one in status(Path("menus"), Path("locales")) if one.language.code in codes]
    assert {one.language.code: WHOLE.intersection(one.in_french) for one in found} == {
        "fon": set(),
        "yo": set(),
        "bba": set(),
    }
