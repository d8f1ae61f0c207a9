"""Long lists of services: every list stays within three pages, and every service is reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.entries import Service, read_services
from channels.africastalking.ussd_webhook import AfricasTalkingUssd
from sources.service_groups import FAMILY, ServiceGroups
from sources.services import Catalogue
from state.text.languages import FRENCH
from state.text.page_format import paper
from state.text.pagination import Footer, paginate

SERVICES = read_services(Path(__file__).parents[2] / "menus" / "catalogue")
FOOTER = Footer("98 Suite", "0 Retour\n00 Accueil")
TOP: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "theme": ("Thème ?", ("Par situation de vie", "En tapant un mot")),
    "life_event": ("Quelle situation ?", ()),
}
BELOW: tuple[str, tuple[str, ...]] = (f"{'É' * 30} : quel service ?", ())
Lists = Iterator[tuple[str, list[Mapping[str, str]]]]


def many(most: int, themes: int = 0, administrations: int = 0) -> dict[str, Service]:
    """So many services like ours, in so many themes and of so many administrations if not as ours are."""
    ours = list(SERVICES.values())
    made = {}
    for number in range(most):
        changed = {"short": f"{ours[number % len(ours)].short[:24]} {number}"}
        changed |= {"theme": f"Thème numéro {number % themes}"} if themes else {}
        changed |= {"administration": f"Administration {number % administrations}"} if administrations else {}
        made[f"service-{number}"] = ours[number % len(ours)].model_copy(update=changed)
    return made


def lists_of(groups: ServiceGroups) -> Lists:
    """Yield every list that can be reached from the first one, which is named « top », with its rows."""
    yield "top", list(groups.top.rows)
    waiting = [groups.parts[row["id"]] for row in groups.top.rows]
    while waiting:
        rows = waiting.pop().rows
        yield "", list(rows)
        waiting += [groups.groups[row["id"]] for row in rows if row["id"] in groups.groups]


def pages(rows: list[Mapping[str, str]], about: tuple[str, tuple[str, ...]]) -> int:
    say, below = about
    lines = tuple(f"{number} {name}" for number, name in enumerate([*(row["name"] for row in rows), *below], 1))
    return len(paginate(say, lines, FOOTER, paper(FRENCH, AfricasTalkingUssd.room)))


LARGE = {
    "ours": SERVICES,
    "a thousand": many(1000),
    "five thousand": many(5000),
    "one administration": many(1000, administrations=1),
    "one theme": many(1000, themes=1),
    "many themes": many(1000, themes=200),
    "a theme each": many(300, themes=300),
    "none": {},
}


@pytest.mark.parametrize("services", LARGE.values(), ids=LARGE)
@pytest.mark.parametrize("by", FAMILY)
def test_every_list_fits_and_every_service_is_reached(services: dict[str, Service], by: str) -> None:
    groups = ServiceGroups(services, by)
    reached = set[str]()
    for name, rows in lists_of(groups):
        assert pages(rows, TOP[by] if name == "top" else BELOW) <= 3
        assert len({row["id"] for row in rows}) == len(rows)
        reached |= {row["id"] for row in rows}
    assert reached >= services.keys()


@pytest.mark.parametrize("by", FAMILY)
def test_lists_that_fit_have_no_groups(by: str) -> None:
    groups = ServiceGroups(SERVICES, by)
    assert groups.groups == {}
    assert [row["id"] for row in groups.top.rows] == list(groups.parts)


def test_long_theme_is_listed_by_situation() -> None:
    groups = ServiceGroups(many(300), "theme")
    rows = groups.parts["etat-civil-et-citoyennete"].rows
    names = {row["name"] for row in rows}
    assert len(names) > 3
    assert names <= {one.life_event for one in SERVICES.values()}


def test_list_without_other_differences_goes_by_the_alphabet() -> None:
    same = SERVICES["cip"]
    names = [f"Service {first}{second}" for first in "ABCDE" for second in "abcdefgh"]
    services = {name.lower().replace(" ", "-"): same.model_copy(update={"short": name}) for name in names}
    rows = ServiceGroups(services, "theme").parts["pieces-d-identite-et-vote"].rows
    assert rows[0]["name"] == "Service Aa…"
    assert [row["name"] for row in rows] == sorted(row["name"] for row in rows)


async def test_group_is_answered_with_its_name_and_its_list() -> None:
    catalogue = Catalogue(many(1000))
    row = (await catalogue.ask("services.of_theme", {"theme": "etat-civil-et-citoyennete"})).rows[0]
    card = await catalogue.ask("services.card", {"service": row["id"]})
    assert (card.trigger, card.facts) == ("group", {"name": row["name"]})
    inner = await catalogue.ask("services.group", {"service": row["id"]})
    assert inner.trigger == "found"
    assert catalogue.questions["services.card"].spare_outcomes == ()
    assert Catalogue(SERVICES).questions["services.card"].spare_outcomes == ("group",)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from("abcdefg")] * 3, st.text("xyz ", max_size=20)), max_size=120))
def test_any_catalogue_is_reached_within_three_pages(drawn: list[tuple[str, ...]]) -> None:
    services = {
        f"s{number}": SERVICES["cip"].model_copy(
            update={"theme": f"T{one[0]}", "life_event": f"E{one[1]}", "administration": f"A{one[2]}",
                    "short": f"{one[3].strip()}{number}"}
        )
        for number, one in enumerate(drawn)
    }  # fmt: skip
    for by in FAMILY:
        found = list(lists_of(ServiceGroups(services, by)))
        assert {row["id"] for _, rows in found for row in rows} >= services.keys()
        assert max(pages(rows, TOP[by] if name == "top" else BELOW) for name, rows in found) <= 3
