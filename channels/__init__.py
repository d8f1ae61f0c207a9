"""The channels that are open: a new one is a module beside this one and a line here."""

from __future__ import annotations

from channels.africastalking_ussd import AfricasTalkingEvents, AfricasTalkingUssd
from channels.contract import Channel
from channels.madapi import Madapi
from settings import Settings


def open_channels(settings: Settings) -> tuple[Channel, ...]:
    """Every channel, with what it has to know."""
    secret = settings.secret.get_secret_value().encode()
    return (
        AfricasTalkingUssd(secret, settings.at_service_code),
        AfricasTalkingEvents(secret, settings.at_service_code),
        Madapi(secret, settings.madapi_service_code),
    )
