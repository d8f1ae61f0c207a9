"""The channels and gateways that are open: a new one is a module beside this one and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from channels.africastalking_messages import AfricasTalkingMessages, AfricasTalkingOptouts, AfricasTalkingReports
from channels.africastalking_ussd import AfricasTalkingEvents, AfricasTalkingUssd
from channels.console import Console
from channels.contract import Channel
from channels.madapi import Madapi
from channels.mailbox import Mailbox
from channels.sending import GATEWAYS, Sender
from channels.telegram import Telegram
from channels.telegram_sender import TelegramSender
from channels.whatsapp import Whatsapp
from channels.whatsapp_sender import WhatsappSender
from settings import Settings


def open_channels(settings: Settings) -> tuple[Channel, ...]:
    """Every channel, with what it has to know."""
    at, madapi = encoded(settings.secrets.at), encoded(settings.secrets.madapi)
    return (
        AfricasTalkingUssd(at, settings.at_service_code),
        AfricasTalkingEvents(at, settings.at_service_code),
        Madapi(madapi, settings.madapi_service_code),
    )


def open_mailboxes(settings: Settings) -> tuple[Mailbox, ...]:
    """Every channel of messages, with what it has to know."""
    secrets = settings.secrets
    at = encoded(secrets.at)
    return (
        AfricasTalkingMessages(at),
        AfricasTalkingReports(at),
        AfricasTalkingOptouts(at),
        Whatsapp(encoded(secrets.whatsapp_app), encoded(secrets.whatsapp_verify), settings.whatsapp_phone_id),
        Telegram(encoded(secrets.telegram)),
    )


def encoded(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """Secrets as they are compared."""
    return tuple(secret.encode() for secret in secrets)


def open_senders(settings: Settings, say: Callable[[str], None]) -> tuple[Sender, ...]:
    """Every gateway that messages leave by; say is told those for which there is none."""
    senders: list[Sender] = []
    if settings.at_username:
        from channels.africastalking_sms import AfricasTalkingSms  # slow to import, and only a delivery needs it

        senders.append(AfricasTalkingSms(settings))
    if settings.whatsapp_token.get_secret_value():
        senders.append(WhatsappSender(settings))
    if settings.telegram_token.get_secret_value():
        senders.append(TelegramSender(settings))
    missing = [name for name in GATEWAYS if name not in {sender.gateway for sender in senders}]
    return (*senders, *(Console(name, say, whole=settings.env == "demo") for name in missing))
