"""Service centres: the communes, and the centre nearest to a commune or to a sent location.

All answers come from menus/communes.csv and menus/centres, in memory: a centre that opened is known as soon as its file
is taken up, as every other file of the menus. sources/atlas.py computes distances, sources/centre_cards.py writes what
citizens read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from catalog.centres import Centre
from catalog.communes import Commune
from catalog.facts import local_today
from catalog.normalize import answer
from sources.atlas import MAX_FOUND, MAX_NEAR, UNKNOWN, Atlas
from sources.centre_cards import card_fields
from state.interfaces import FieldSpec, Outcome, Question
from state.text.positions import read_position


class Centres:
    """A Source over the communes and centres, in memory. tests/sources/test_centres.py and
    tests/contracts/test_sources.py check it.
    """

    def __init__(
        self,
        communes: Mapping[str, Commune],
        centres: Mapping[str, Centre],
        today: Callable[[], date] = local_today,
    ) -> None:
        self._today = today
        self.reload(communes, centres)
        self.questions: Mapping[str, Question] = {question.name: question for question in self._asked()}

    def reload(self, communes: Mapping[str, Commune], centres: Mapping[str, Centre]) -> None:
        """Use these communes and centres from now on."""
        self._taken = communes, centres
        self._atlas = Atlas(communes, centres, self._today())

    async def ask(self, question: str, answers: Mapping[str, str]) -> Outcome:
        """Answer from memory; « unknown » for an unknown id, name or place."""
        atlas = self._of_today()
        match question:
            case "centres.departments":
                return atlas.departments
            case "centres.communes":
                return atlas.of_department.get(answer(answers, "department"), UNKNOWN)
            case "centres.search":
                typed = answer(answers, "commune_name")
                at = read_position(typed)
                return atlas.around(at) if at else atlas.search(typed)
            case _:
                return atlas.nearest(answer(answers, "commune"))

    async def close(self) -> None:
        """Do nothing: there is nothing to close."""

    def _of_today(self) -> Atlas:
        """Return the atlas of this day: since yesterday, a centre may have opened and a fact may be past."""
        if (today := self._today()) != self._atlas.day:
            self._atlas = Atlas(*self._taken, today)
        return self._atlas

    def _asked(self) -> Iterable[Question]:
        atlas, (communes, _) = self._atlas, self._taken
        commune = FieldSpec(max((one.name for one in communes.values()), key=len, default=""))
        department = FieldSpec(max((one.department for one in communes.values()), key=len, default=""))
        card = card_fields(atlas.sites.values(), MAX_NEAR)
        located = FieldSpec(card["centres"].longest.partition(",")[0] or commune.longest)
        lists = atlas.of_department.values()
        rows = max((len(one.rows) for one in lists), default=0)
        yield Question(
            "centres.departments", gives={"name": department}, rows=True, max_rows=len(atlas.departments.rows)
        )
        yield Question("centres.communes", {"department": "text"}, {"name": commune}, rows=True, max_rows=rows)
        found = {"name": located, "score": FieldSpec("100", "number")}
        yield Question("centres.search", {"commune_name": "text"}, found, rows=True, max_rows=MAX_FOUND)
        gives = {"commune": commune, "department": department, **card}
        yield Question("centres.nearest", {"commune": "text"}, gives, outcomes=("found", "elsewhere", "unknown"))
