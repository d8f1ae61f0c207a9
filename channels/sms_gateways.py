"""Every gateway that SMS can leave by, over HTTP or SMPP, and the table that chooses between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from channels.declared.files import find_files, has_routes
from channels.declared.gateways import declared_gateways
from channels.routing.route_files import SmsGateway, read_routes, route_problems
from channels.routing.route_table import RouteTable
from channels.smpp.smpp_files import found_gateways
from channels.smpp.smpp_gateways import smpp_gateways
from settings import Settings
from state.errors import Problem

AFRICASTALKING: Final = "africastalking"
GATEWAY: Final = "sms"


def sms_gateways(settings: Settings) -> Mapping[str, SmsGateway]:
    """Return the gateways that a table may name. A file with a problem counts as one that can send."""
    declared, smpp, folder = declared_gateways(settings), smpp_gateways(settings), settings.gateways
    account = () if settings.at_username else ("ZIN_AT_USERNAME",)
    http = {AFRICASTALKING: SmsGateway("Africa's Talking", missing=account)}
    for name, file, _ in find_files(folder):
        sending = file.sms.send if file and file.sms else None
        missing = declared.cannot_send(sending) if sending else ()
        http[name] = SmsGateway(file.title, bool(sending), missing=missing) if file else SmsGateway(name)
    binds = {
        name: SmsGateway(file.title, bool(file.sms), bool(file.sms and file.sms.prefixes), smpp.lacks(file))
        for name, file, _ in found_gateways(folder)
    }
    return {**http, **binds} if has_routes(folder) else {**_with_choice(http, binds), **binds}


def _with_choice(http: Mapping[str, SmsGateway], binds: dict[str, SmsGateway]) -> Mapping[str, SmsGateway]:
    """Mark the gateway that all SMS leave by without a table: the first over HTTP, else the only one over SMPP."""
    first, others = _ready(http)[:1], _ready(binds)
    if not first and len(others) == 1:
        binds[others[0]] = binds[others[0]]._replace(is_chosen=True)
    return {name: one._replace(is_chosen=name in first) for name, one in http.items()}


def _ready(found: Mapping[str, SmsGateway]) -> list[str]:
    return [name for name, one in found.items() if one.sends and not one.missing]


def route_table(settings: Settings) -> RouteTable:
    """Return the table of this installation, without rows if there is none. Raises InvalidMenu."""
    return known_routes(settings)[0]


def known_routes(settings: Settings) -> tuple[RouteTable, Mapping[str, SmsGateway]]:
    """Return the table of this installation, and what it knows of each gateway. Raises InvalidMenu."""
    known = sms_gateways(settings)
    return read_routes(settings.gateways, known), known


def routed_gateways(settings: Settings) -> frozenset[str]:
    """Return the gateways of messages for which a table of this installation chooses the route."""
    return frozenset((GATEWAY,) if has_routes(settings.gateways) else ())


def table_problems(settings: Settings) -> list[Problem]:
    """Return each problem of the table, with its place."""
    return route_problems(settings.gateways, sms_gateways(settings))
