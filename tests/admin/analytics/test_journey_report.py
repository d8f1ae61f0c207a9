"""The map and the statistics page agree on every screen: how many came, who gave up, and which screen is a goal."""

from __future__ import annotations

import re

from admin.analytics.journey_report import funnels
from admin.menu_map.colors import traffic_marks
from admin.menu_map.screen_status import EditionStatus
from analytics.repository import passages
from state.text.languages import SOURCE
from tests.support.database import Registry
from tests.support.usage import Counted

CALLS = ("", "7", "7*1", "7*1*5", "7*2*12", "7*2*12*1", "7*2*12*1*9", "8", "4", "7*9", "3", "3*4", "2*sésame", "2*rien")


async def test_map_and_statistics_agree_on_every_screen(registry: Registry) -> None:
    here = Counted(registry.database)
    for number, inputs in enumerate(CALLS):
        phone = here.town.phone(f"+2290190000{number:03}")
        await phone.dial()
        for typed in filter(None, inputs.split("*")):
            await phone.type(typed)
    found = {what: await here.kept(what) for what in ("arrived", "went_on", "missed")}
    edition = here.town.menus.current
    mark = traffic_marks(
        EditionStatus(edition, (), {}, {}), passages(found, edition.menu(SOURCE).goals)
    )  # the marks of this aspect need no sizes and no words
    compared = {
        f"{funnel.name}.{step.screen}": (step.passage.arrived, step.passage.is_goal, step.share)
        for funnel in funnels(found, edition)
        for step in funnel.steps
    }
    assert {"fruits.shown", "fruits.many", "home.bye", "home.welcome"} <= compared.keys()
    assert {name: _read(mark([name]).says) for name in compared} == compared
    words = [step.words for funnel in funnels(found, edition) for step in funnel.steps]
    assert not any("{" in one for one in words), "what a call fills in is not read as {it is written}"
    assert any("…" in one for one in words)


def _read(says: str) -> tuple[int, bool, int]:
    """The number who came, whether it is a goal, and the per cent who gave up, as the map says them."""
    came, share = re.search(r"(\d+) venus", says), re.search(r"(\d+)\u202f% arrêtés", says)
    assert came
    return int(came[1]), "but atteint" in says, int(share[1]) if share else 0
