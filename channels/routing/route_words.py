"""The table of gateways in French words, for `zin gateways list` and the admin site."""

from __future__ import annotations

import time

from channels.routing.route_overview import RouteLine
from reporting.french import format_count, format_hour
from state.country import country

UNKNOWN_BALANCE = "elle ne le dit pas"


def describe_networks(line: RouteLine) -> str:
    """Return the numbers that a gateway serves."""
    return ", ".join(line.networks) or "tous les numéros"


def describe_price(line: RouteLine) -> str:
    """Return the price of an SMS, and whether the gateway is a fallback; "" for neither."""
    price = "" if line.price is None else f"{line.price:g} {country().currency.sign}".replace(".", ",")
    return ", ".join(part for part in (price, "secours" if line.is_fallback else "") if part)


def describe_condition(line: RouteLine) -> str:
    """Return whether messages leave by a gateway now, for a clerk: without names of settings or codes."""
    match line.condition:
        case "incomplete":
            return "pas branchée : l'administrateur doit donner ses réglages"
        case "silent":
            return "ne peut pas envoyer : l'administrateur doit regarder"
        case "chosen":
            return "tous les SMS partent par elle"
        case "works":
            return "marche"
    if line.rests_until <= time.time():
        return "à l'essai, un message à la fois"
    return f"laissée de côté jusqu'au {format_hour(line.rests_until)}"


def describe_use(line: RouteLine) -> str:
    """Return how much left by a gateway."""
    return f"{format_count(line.minute, 'parti')} à la dernière minute, {line.hour} en une heure"


def describe_errors(line: RouteLine) -> str:
    """Return how many messages failed, and how many wait after a failed try."""
    return f"{format_count(line.failed, 'échec')} en une heure, {line.again} à refaire"


def describe_last(line: RouteLine) -> str:
    """Return when the last message left."""
    return f"le {format_hour(line.last_sent)}" if line.last_sent else "aucun"


def describe_balance(line: RouteLine) -> str:
    """Return what the gateway says of the account, and when."""
    return f"{line.balance}, le {format_hour(line.balance_at)}" if line.balance else UNKNOWN_BALANCE
