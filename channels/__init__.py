"""The open channels, the gateways and their screen sizes. A new channel is a module in this package and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from channels.africastalking.ussd_webhook import AfricasTalkingEvents, AfricasTalkingUssd
from channels.africastalking.webhook import AfricasTalkingMessages, AfricasTalkingOptouts, AfricasTalkingReports
from channels.contracts.channel import Channel
from channels.contracts.message_channel import MessageChannel
from channels.contracts.sender import GATEWAYS, Sender
from channels.declared.gateways import DeclaredGateways, declared_gateways
from channels.mtn.ussd_webhook import Madapi
from channels.outbox.sender_wrappers import DryRunSender
from channels.routing.route_table import RouteTable
from channels.smpp.smpp_gateways import call_gateways, smpp_gateways
from channels.sms_gateways import AFRICASTALKING, routed_gateways
from channels.telegram.sender import TelegramSender
from channels.telegram.webhook import Telegram
from channels.webhooks.message_reception import MessageReception
from channels.webhooks.messages import MessageWebhook
from channels.whatsapp.sender import WhatsappSender
from channels.whatsapp.webhook import Whatsapp
from settings import Settings
from state.interfaces import ScreenSize


def open_channels(settings: Settings, declared: DeclaredGateways | None = None) -> tuple[Channel, ...]:
    """Every USSD channel, with its secrets and service code; declared are the gateways of files, by default all.

    Raises InvalidMenu for a file of a gateway with a problem.
    """
    at, madapi = encoded(settings.secrets.at), encoded(settings.secrets.madapi)
    return (
        AfricasTalkingUssd(at, settings.at_service_code),
        AfricasTalkingEvents(at, settings.at_service_code),
        Madapi(madapi, settings.madapi_service_code),
        *(declared or declared_gateways(settings)).ussd(),
    )


def open_message_channels(settings: Settings, declared: DeclaredGateways | None = None) -> tuple[MessageChannel, ...]:
    """Every message channel, with its secrets; declared are the gateways of files, by default all.

    Raises InvalidMenu for a file of a gateway with a problem.
    """
    secrets = settings.secrets
    at = encoded(secrets.at)
    return (
        AfricasTalkingMessages(at),
        AfricasTalkingReports(at),
        AfricasTalkingOptouts(at),
        Whatsapp(encoded(secrets.whatsapp_app), encoded(secrets.whatsapp_verify), settings.whatsapp_phone_id),
        Telegram(encoded(secrets.telegram)),
        *(declared or declared_gateways(settings)).sms(),
    )


def ussd_channels(settings: Settings) -> frozenset[str]:
    """Return the names of all channels of calls, over HTTP and SMPP. Raises InvalidMenu."""
    return frozenset({*(one.name for one in open_channels(settings)), *call_gateways(settings)})


def encoded(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """Encode the secrets as bytes, for comparison with a request."""
    return tuple(secret.encode() for secret in secrets)


def open_senders(settings: Settings, say: Callable[[str], None]) -> tuple[Sender, ...]:
    """The sender of every gateway. A gateway without credentials gets a dry run that prints messages with `say`.

    SMS leave by Africa's Talking, or by the first file of gateways/ that can send over HTTP. Without these, and with a
    gateway over SMPP, they have no sender here: `zin smpp` sends them. With a table of routes they have none here
    either: `open_route_senders`.
    """
    routed = routed_gateways(settings)
    senders = [sender for _, sender in islice(_sms_senders(settings), 0 if routed else 1)]
    if settings.whatsapp_token.get_secret_value():
        senders.append(WhatsappSender(settings))
    if settings.telegram_token.get_secret_value():
        senders.append(TelegramSender(settings))
    here = {sender.gateway for sender in senders} | sent_by_smpp(settings) | routed
    missing = [name for name in GATEWAYS if name not in here]
    return (*senders, *(DryRunSender(name, say, whole=settings.prints_message_texts) for name in missing))


def open_route_senders(settings: Settings, table: RouteTable) -> Mapping[str, Sender]:
    """The senders over HTTP of the gateways in this table that have credentials, by name. Raises InvalidMenu."""
    return {name: sender for name, sender in _sms_senders(settings) if name in table.gateways}


def _sms_senders(settings: Settings) -> Iterator[tuple[str, Sender]]:
    if settings.at_username:
        from channels.africastalking.sender import AfricasTalkingSms  # slow to import, needed for delivery only

        yield AFRICASTALKING, AfricasTalkingSms(settings)
    yield from declared_gateways(settings).senders()


def open_receptions(settings: Settings) -> Iterator[MessageReception]:
    """Yield what answers messages of every channel, for the workers of late answers. Raises InvalidMenu."""
    for channel in open_message_channels(settings):
        yield MessageWebhook(channel, settings)
    for smpp in smpp_gateways(settings).channels():
        yield MessageReception(smpp, settings)


def sent_by_smpp(settings: Settings) -> frozenset[str]:
    """Return the gateways of messages that `zin smpp` delivers to in the place of `zin deliver`. Raises InvalidMenu."""
    if routed_gateways(settings) or settings.at_username or any(declared_gateways(settings).senders()):
        return frozenset()
    return frozenset(("sms",) if any(found.file.sms for found in smpp_gateways(settings).ready()) else ())


def rooms(settings: Settings) -> Mapping[str, ScreenSize]:
    """The screen size of each channel by name. Channels with the same size are listed once, under the first name."""
    first: dict[ScreenSize, str] = {}
    for room, name in (
        *((one.room, one.name) for one in open_channels(settings)),
        *((one.room, one.name) for one in open_message_channels(settings)),
    ):
        first.setdefault(room, name)
    return {name: room for room, name in first.items()}
