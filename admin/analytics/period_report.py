"""All that is known of a period and of the one before, read from SQL and the store: for the page and the summary."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from admin.analytics.first_answer_report import FirstAnswers, first_answers
from admin.analytics.journey_report import (
    Funnel,
    GivenUp,
    JourneySuccess,
    funnels,
    most_given_up,
    successes,
)
from admin.analytics.opinion_report import OpinionReport, opinions
from admin.analytics.overview import Compared, main_numbers, prices
from admin.analytics.period import Period
from admin.analytics.subject_report import Places, ReadService, places, read_services, service_ids
from admin.analytics.visible_figures import Sees, only_seen, sees_all, visible_figures
from admin.context import AdminContext
from admin.permissions import CurrentUser
from analytics.people import DistinctCitizens, has_whole_months
from analytics.repository import Totals, totals
from catalog.communes import FILE, read_communes
from catalog.entries import read_services as read_catalogue
from channels import ussd_channels
from database.interface import Database
from settings import Settings
from state.country import country
from state.errors import InvalidMenu, StoreUnavailable
from state.menu.versions import MenuVersion
from state.store.interface import Store


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """The report of a period; compared is the period before, as long as the part of this one that is over."""

    period: Period
    compared: Period
    found: Totals
    numbers: Sequence[Compared]
    services: Sequence[ReadService]
    places: Places
    funnels: Sequence[Funnel]
    journeys: Sequence[JourneySuccess]
    given_up: Sequence[GivenUp]
    first_answers: Sequence[FirstAnswers]
    opinions: OpinionReport

    @property
    def is_empty(self) -> bool:
        """Return whether nobody called or wrote."""
        return not self.found.get("hops")


@dataclass(frozen=True, slots=True)
class ReportSources:
    """What a report is made from: counts, estimates of people, prices, and the menus in service with their folder.

    store is None where it runs only within the server. sees is which counts the reader may see.
    """

    database: Database
    store: Store | None
    settings: Settings
    edition: MenuVersion
    menus: Path
    sees: Sees = sees_all


async def sources_of(desk: AdminContext, visitor: CurrentUser) -> ReportSources:
    """Return the sources of the admin site, as this user may see them."""
    sees = await visible_figures(desk, visitor)
    menus = (await desk.versions.active_settings(desk.settings)).menus
    return ReportSources(desk.database, desk.store, desk.settings, desk.menus.current, menus, sees)


async def load_report(of: ReportSources, asked: Period, today: date) -> PeriodReport:
    """Return the report of a period. Raises SourceUnavailable."""
    compared, edition = asked.compared(today), of.edition
    found = only_seen(await totals(of.database, asked.first, asked.last), of.sees)
    before = only_seen(await totals(of.database, compared.first, compared.last), of.sees)
    people = await _people(of.store, asked, today), await _people(of.store, compared, today)
    costs = prices(of.settings, ussd_channels(of.settings))
    now, earlier = (list(funnels(one, edition)) for one in (found, before))
    names = await asyncio.to_thread(_names, of.menus / "catalogue")
    communes, _ = await asyncio.to_thread(read_communes, of.menus / FILE)
    readers = await _readers(of.store, found, asked) if of.store and people[0] is not None else {}
    return PeriodReport(
        asked,
        compared,
        found,
        main_numbers(found, before, people, costs, country().currency.sign),
        read_services(found, before, names, readers),
        places(found, communes),
        now,
        successes(now, earlier),
        most_given_up(now),
        first_answers(found, before, edition),
        opinions(found, before, edition, names),
    )


async def _people(store: Store | None, asked: Period, today: date) -> int | None:
    """Return about how many citizens called or wrote; None if the store has forgotten, or does not answer."""
    try:
        return await DistinctCitizens(store).between(asked.first, asked.last, today) if store else None
    except StoreUnavailable:
        return None


async def _readers(store: Store, found: Totals, asked: Period) -> Mapping[str, int]:
    """Return about how many citizens read each service; nothing for a period that has parts of months."""
    if not has_whole_months(asked.first, asked.last):
        return {}
    try:
        return await DistinctCitizens(store).by_service(service_ids(found), asked.first, asked.last)
    except StoreUnavailable:
        return {}


def _names(catalogue: Path) -> Mapping[str, str]:
    """Return the short names of the services in service, by id; nothing while a file has a fault."""
    try:
        return {name: service.short for name, service in read_catalogue(catalogue).items()}
    except InvalidMenu:
        return {}
