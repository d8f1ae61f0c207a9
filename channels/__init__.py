"""The channels and gateways that are open: a new one is a module beside this one and a line here.

The room that every channel has for a screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from channels.africastalking.ussd_webhook import AfricasTalkingEvents, AfricasTalkingUssd
from channels.africastalking.webhook import AfricasTalkingMessages, AfricasTalkingOptouts, AfricasTalkingReports
from channels.contracts.channel import Channel
from channels.contracts.message_channel import MessageChannel
from channels.contracts.sender import GATEWAYS, Sender
from channels.mtn.ussd_webhook import Madapi
from channels.outbox.sender_wrappers import DryRunSender
from channels.telegram.sender import TelegramSender
from channels.telegram.webhook import Telegram
from channels.whatsapp.sender import WhatsappSender
from channels.whatsapp.webhook import Whatsapp
from settings import Settings
from state.interfaces import ScreenSize


def open_channels(settings: Settings) -> tuple[Channel, ...]:
    """Every channel, with what it has to know."""
    at, madapi = encoded(settings.secrets.at), encoded(settings.secrets.madapi)
    return (
        AfricasTalkingUssd(at, settings.at_service_code),
        AfricasTalkingEvents(at, settings.at_service_code),
        Madapi(madapi, settings.madapi_service_code),
    )


def open_mailboxes(settings: Settings) -> tuple[MessageChannel, ...]:
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
        from channels.africastalking.sender import AfricasTalkingSms  # slow to import, and only a delivery needs it

        senders.append(AfricasTalkingSms(settings))
    if settings.whatsapp_token.get_secret_value():
        senders.append(WhatsappSender(settings))
    if settings.telegram_token.get_secret_value():
        senders.append(TelegramSender(settings))
    missing = [name for name in GATEWAYS if name not in {sender.gateway for sender in senders}]
    return (*senders, *(DryRunSender(name, say, whole=settings.env == "demo") for name in missing))


def rooms(settings: Settings) -> Mapping[str, ScreenSize]:
    """The room of every channel that shows screens, by its name; channels of one room are told once."""
    first: dict[ScreenSize, str] = {}
    for channel in open_channels(settings):
        first.setdefault(channel.room, channel.name)
    for mailbox in open_mailboxes(settings):
        first.setdefault(mailbox.room, mailbox.name)
    return {name: room for room, name in first.items()}
