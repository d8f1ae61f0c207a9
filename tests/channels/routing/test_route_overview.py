"""The table of gateways as operators read it, on the command line and on the desk."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.contracts.sender import RetryLater
from channels.routing.gateway_states import GatewayStates
from channels.routing.route_files import SmsGateway
from channels.routing.route_overview import SILENT, RouteLine, route_lines
from channels.routing.route_words import (
    describe_balance,
    describe_condition,
    describe_errors,
    describe_networks,
    describe_price,
    describe_use,
)
from tests.support.database import Registry
from tests.support.routed_processes import MOOV, MTN, TABLE, RoutedTown, SendingProcess

KNOWN = {
    "mtn-sms": SmsGateway("MTN"),
    "operateur": SmsGateway("Un opérateur", missing=("ZIN_GATEWAY_PASSWORD",)),
    "africastalking": SmsGateway("Africa's Talking"),
}
LINE = RouteLine("kya", "KYA", (), None, is_fallback=False, condition="works")


async def lines_of(town: RoutedTown) -> dict[str, RouteLine]:
    found = await route_lines(town.registry.database, TABLE, KNOWN, town.clock)
    return {line.name: line for line in found}


async def test_line_says_what_left_and_what_failed(registry: Registry) -> None:
    town = RoutedTown(registry)
    process = SendingProcess(town, "mtn-sms", "africastalking")
    await town.post(a=MTN, b=MTN, c=MOOV)
    await process.round()
    process.gateways["mtn-sms"].fails = RetryLater("status_503")
    await town.post(d=MTN)
    await process.round()
    line = (await lines_of(town))["mtn-sms"]
    assert (line.condition, line.networks, line.price) == ("works", ("MTN",), 8)
    assert (line.minute, line.hour, line.again, line.failed) == (2, 2, 1, 0)
    assert line.last_sent == town.clock.now
    assert describe_use(line) == "2 partis à la dernière minute, 2 en une heure"
    assert describe_errors(line) == "0 échec en une heure, 1 à refaire"


async def test_conditions_are_those_of_the_processes(registry: Registry) -> None:
    town = RoutedTown(registry)
    process = SendingProcess(town, "mtn-sms", "africastalking")
    process.gateways["mtn-sms"].fails = RetryLater("status_503")
    await town.post(a=MTN, b=MTN, c=MTN)
    await process.round()
    found = {name: line.condition for name, line in (await lines_of(town)).items()}
    assert found == {"mtn-sms": "rests", "operateur": "incomplete", "africastalking": "works"}
    town.clock.now += SILENT / 1000 + 1
    assert (await lines_of(town))["africastalking"].condition == "silent"


async def test_balance_is_shown_where_the_gateway_tells_it(registry: Registry) -> None:
    town = RoutedTown(registry)
    states = GatewayStates(registry.database, town.clock)
    await states.add(["africastalking"])
    await states.balance("africastalking", "XOF 1200.5000")
    found = await lines_of(town)
    assert describe_balance(found["africastalking"]).startswith("XOF 1200.5000, le ")
    assert describe_balance(found["mtn-sms"]) == "elle ne le dit pas"


WORDS = [
    (LINE, "marche"),
    (replace(LINE, condition="chosen"), "tous les SMS partent par elle"),
    (replace(LINE, condition="silent"), "ne peut pas envoyer : l'administrateur doit regarder"),
    (replace(LINE, condition="incomplete"), "pas branchée : l'administrateur doit donner ses réglages"),
    (replace(LINE, condition="rests", rests_until=1.0), "à l'essai, un message à la fois"),
    (replace(LINE, condition="rests", rests_until=4e9), "laissée de côté jusqu'au 02/10/2096 à 08:06"),
]


@pytest.mark.parametrize(("line", "words"), WORDS)
def test_condition_is_said_in_a_clerks_words(line: RouteLine, words: str) -> None:
    assert describe_condition(line) == words


def test_price_and_networks_are_said_in_french() -> None:
    line = replace(LINE, price=8.5, networks=("MTN", "Moov"), is_fallback=True)
    assert (describe_price(line), describe_networks(line)) == ("8,5 F, secours", "MTN, Moov")
    assert (describe_price(LINE), describe_networks(LINE)) == ("", "tous les numéros")
