"""Cards of services: a price or a scale of prices, and facts of a year that are over."""

from __future__ import annotations

from datetime import date

from catalog.entries import Service
from sources.service_cards import ServiceCards
from sources.services import Catalogue

ABOUT = {
    "name": "Inscription",
    "short": "Inscription",
    "theme": "Examens",
    "life_event": "École",
    "administration": "DEC",
}
SEEN = {"source": "la presse", "as_of": "2026-01"}
JUNE, JULY = date(2026, 6, 30), date(2026, 7, 1)


def service(**facts: object) -> Service:
    return Service.model_validate({**ABOUT, **facts})


def delay(until: str, value: str = "session 2026 : avant juillet") -> dict[str, str]:
    return {**SEEN, "value": value, "until": until}


def test_scale_of_prices_is_shown_as_the_price() -> None:
    one = service(rates={**SEEN, "value": "10 000 F une personne ; 22 000 F une société", "note": "en 2026"})
    card = ServiceCards({"one": one}).find("one").facts
    assert card["cost"] == "10 000 F une personne ; 22 000 F une société (en 2026)"


def test_fact_is_shown_on_its_last_day() -> None:
    cards = ServiceCards({"one": service(delay=delay("2026-06-30"))}, today=lambda: JUNE)
    assert cards.find("one").facts["delay"] == "session 2026 : avant juillet"


def test_fact_is_to_be_confirmed_from_the_next_day() -> None:
    cards = ServiceCards({"one": service(delay=delay("2026-06-30"))}, today=lambda: JULY)
    assert cards.find("one").facts["delay"] == ""


async def test_catalog_forgets_a_fact_when_the_day_changes() -> None:
    days = [JUNE]
    services = {
        "june": service(short="Juin", delay=delay("2026-06-30")),
        "july": service(delay=delay("2026-07-01")),
        "ever": service(short="Toujours", delay={**SEEN, "value": "72 h"}),
    }
    catalogue = Catalogue(services, today=lambda: days[-1])

    async def shown() -> list[str]:
        return [(await catalogue.ask("services.card", {"service": name})).facts["delay"] for name in services]

    assert await shown() == ["session 2026 : avant juillet", "session 2026 : avant juillet", "72 h"]
    days.append(JULY)
    assert await shown() == ["", "session 2026 : avant juillet", "72 h"]
    days.append(date(2026, 7, 2))
    assert await shown() == ["", "", "72 h"]


def test_cards_are_written_once_for_each_last_day() -> None:
    days = [date(2026, 6, day) for day in range(1, 31)]
    asked = iter((days[0], *days, JULY, JULY))
    cards = ServiceCards({"one": service(delay=delay("2026-06-30"))}, today=lambda: next(asked))
    assert len({id(cards.find("one")) for _ in days}) == 1
    assert cards.find("one") is cards.find("one")


def test_service_that_does_not_exist_is_unknown() -> None:
    assert ServiceCards({}).find("one").trigger == "unknown"
