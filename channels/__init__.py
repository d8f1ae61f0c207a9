"""The channels and gateways that are open: a new one is a module beside this one and a line here."""

from __future__ import annotations

from collections.abc import Callable

from channels.africastalking_ussd import AfricasTalkingEvents, AfricasTalkingUssd
from channels.console import ConsoleSms
from channels.contract import Channel
from channels.madapi import Madapi
from channels.sending import Sender
from settings import Settings


def open_channels(settings: Settings) -> tuple[Channel, ...]:
    """Every channel, with what it has to know."""
    secret = settings.secret.get_secret_value().encode()
    return (
        AfricasTalkingUssd(secret, settings.at_service_code),
        AfricasTalkingEvents(secret, settings.at_service_code),
        Madapi(secret, settings.madapi_service_code),
    )


def open_senders(settings: Settings, say: Callable[[str], None]) -> tuple[Sender, ...]:
    """Every gateway that messages leave by; say is told those for which there is none."""
    if not settings.at_username:
        return (ConsoleSms(say),)
    from channels.africastalking_sms import AfricasTalkingSms  # its SDK is slow to import, and only a delivery needs it

    return (AfricasTalkingSms(settings),)
