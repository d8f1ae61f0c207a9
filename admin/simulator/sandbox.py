"""A sandbox to try menus: webhooks of every gateway and a conversation separate from citizens.

Channels, message webhooks and the steps of a conversation are those of the service; only their surroundings differ:
sessions and counters have their own keys, messages and preferences their own database (trial.sqlite in the data
folder), and nothing is counted in the usage counters. Public sources are those of the service, so that operators see
real facts, except that a staged version has its own services and centres. The secret of a sandbox is derived from the
service's secret, so that all processes know it; it gives access to the sandbox only. Who tries what with which data is
in admin/simulator/operator_ports.py.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import bindparam, delete

from admin.simulator.operator_ports import SandboxUser, SharedPorts, ports_for_operator
from admin.simulator.sandbox_outbox import SandboxOutbox
from admin.simulator.sandbox_sources import LayeredSources
from admin.simulator.sandbox_store import SandboxStore
from channels import open_channels, open_message_channels
from channels.contracts.metrics import UNMETERED
from channels.contracts.phone_numbers import normalize_number
from channels.contracts.webhook_request import WebhookRequest, WebhookResponse
from channels.declared.gateways import trial_gateways
from channels.deferred.repository import DeferredRepository
from channels.outbox.opt_outs import OptOuts
from channels.smpp.smpp_gateways import call_gateways
from channels.smpp.ussd_dialect import ROOM
from channels.webhooks.frame import AnyFrame
from channels.webhooks.messages import MessageWebhook
from channels.webhooks.messaging_services import MessagingServices
from channels.webhooks.outgoing_messages import OutgoingMessageService
from channels.webhooks.ussd import UssdWebhook
from database import tables
from database.encryption import Seal
from database.interface import Database
from database.preferences import LatePreferences, PreferenceRepository
from settings import Settings
from state.citizen_keys import CitizenKeys
from state.conversation.conversation import Conversation, ConversationPorts
from state.identity import Pseudonyms
from state.interfaces import Inbound, Recipient, ScreenSize, Source
from state.menu.active_versions import ActiveMenus
from state.menu.versions import MenuVersion
from state.session import Session, deserialize

NOTHING: Final = frozenset[str]()
MAX_REPLIES_PER_HOUR: Final = 100_000  # answers that one number may cause: who tries calls again and again
WILLING = (
    delete(tables.opted_out)
    .where(tables.opted_out.c.citizen == bindparam("citizen"))
    .returning(tables.opted_out.c.citizen)
)


@dataclass(frozen=True, slots=True)
class SandboxPhone:
    """One phone on one channel: the citizen as the channel identifies it, and all addresses of the phone."""

    inbound: Inbound
    addresses: frozenset[tuple[str, str]]


def build_phone(channel: str, number: str) -> SandboxPhone:
    """Return the phone with this number, which has its WhatsApp and Telegram accounts too. Raises BadRequest."""
    known = normalize_number(number)
    digits = known.removeprefix("+")
    addresses = {"sms": known, "whatsapp": digits, "telegram": digits}
    gateway = channel if channel in addresses else "sms"
    named = f"tg:{digits}" if channel == "telegram" else known
    to = Recipient(gateway, addresses[gateway])
    return SandboxPhone(
        Inbound(channel, named, "", "", inputs_are_cumulative=False, reply_to=to), frozenset(addresses.items())
    )


class Sandbox:
    """One sandbox. Each request sets the edition it uses."""

    def __init__(
        self, name: str, edition: MenuVersion, service: SharedPorts, settings: Settings, database: Database
    ) -> None:
        self.name, self.settings, self.database = name, derive_settings(settings, name), database
        secrets = self.settings.secrets
        self.seal, self.names = Seal(*secrets.rest), Pseudonyms(secrets.pepper)
        self._service, self._service_names = service, Pseudonyms(settings.secrets.pepper)
        self.store = SandboxStore(service.ports.store, f"trial:{name}:")
        self.keys = CitizenKeys(self.names, is_sharded=self.store.is_sharded)
        self.menus = ActiveMenus(edition.without(NOTHING), 0.0, lambda: 0.0)
        self._followed: MenuVersion | None = None
        self._above: Mapping[str, Source] = {}
        self.preferences = LatePreferences(PreferenceRepository(database, settings.source_seconds))
        outbox, promises = SandboxOutbox(database, self.seal), DeferredRepository(database, self.seal)
        self._outbox, self._promises, self.smpp = outbox, promises, call_gateways(settings)
        self._post = OutgoingMessageService(outbox, promises, OptOuts(database), self.store, self.settings)
        self.declared = trial_gateways(settings, self.settings.secret.get_secret_value())
        calls = open_channels(self.settings, self.declared)
        messages = open_message_channels(self.settings, self.declared)
        self._webhooks = [MessageWebhook(one, self.settings, metrics=UNMETERED) for one in messages]
        frames: list[AnyFrame] = [webhook.frame for webhook in self._webhooks]
        frames += [UssdWebhook(channel, self.settings, UNMETERED).frame for channel in calls]
        self._frames: Mapping[str, AnyFrame] = {frame.path: frame for frame in frames}
        self.screen_sizes: Mapping[str, ScreenSize] = {
            **{channel.name: channel.room for channel in calls},
            **{one.channel.name: one.channel.room for one in self._webhooks},
            **dict.fromkeys(self.smpp, ROOM),
        }

    def ports_for(self, trier: SandboxUser) -> ConversationPorts:
        """Return the ports of this user's conversation, with the sandbox's own store, preferences and messages."""
        apart = ports_for_operator(self._service, self._service_names, trier)
        sources = LayeredSources(apart.sources, self._above) if self._above else apart.sources
        return replace(apart, sources=sources, store=self.store, preferences=self.preferences, post=self._post)

    async def handle(self, path: str, request: web.Request, trier: SandboxUser) -> web.Response:
        """Answer this user's request to the channel with this path, as the service does."""
        return await self._frames[path].handle(request, self.messaging_for(trier))

    async def respond(self, path: str, request: WebhookRequest, trier: SandboxUser) -> WebhookResponse:
        """Answer a gateway's request that was built here, as the service does."""
        return await self._frames[path].respond(request, self.messaging_for(trier))

    def messaging_for(self, trier: SandboxUser) -> MessagingServices:
        """Return a conversation for one request of this user, and the queues of its messages."""
        talk = Conversation(self.menus, self.ports_for(trier), self.settings)
        return MessagingServices(talk, self._outbox, self._promises, self._post)

    @property
    def sources(self) -> Source:
        """Return the sources of who tries samples."""
        return LayeredSources(self._service.samples, self._above)

    def follows(self, edition: MenuVersion) -> bool:
        """Return whether this edition is in use."""
        return edition is self._followed

    def follow(self, edition: MenuVersion, above: Mapping[str, Source]) -> None:
        """Use this edition from now on, with every journey: a trial has samples where data is missing.

        above are the sources that answer in place of those of the service, by question.
        """
        self._followed, self._above = edition, above
        self.menus.activate(edition.without(NOTHING))

    def session_key(self, at: SandboxPhone) -> str:
        """Return the store key of this phone's session."""
        return self.keys.session(at.inbound, self.names.on_channel(at.inbound))

    async def session(self, at: SandboxPhone) -> Session | None:
        """Return the session of this phone, if there is one."""
        return deserialize(await self.store.get(self.session_key(at)))

    def citizens(self, at: SandboxPhone) -> dict[str, str]:
        """Return the pseudonyms of this phone by gateway, as outgoing messages use them."""
        whole = {gateway: f"+{to}" if gateway == "whatsapp" else to for gateway, to in at.addresses}
        return {gateway: self.names.of_recipient(Recipient(gateway, to)) for gateway, to in whole.items()}

    async def forget(self, at: SandboxPhone) -> None:
        """Delete the deferred answers and opt-outs of this phone."""
        for named in self.citizens(at).values():
            await self._promises.forget(named)
            await self.database.write(WILLING, citizen=named)

    async def close(self) -> None:
        """Close the message webhooks, and store what was chosen."""
        await self.preferences.close()
        for room in self._webhooks:
            await room.close()


def derive_settings(settings: Settings, line: str) -> Settings:
    """Return the settings of a sandbox: the same, with secrets of its own."""
    named = f"trial of {line}".encode()
    secret = hmac.digest(settings.secrets.pepper.encode(), named, "sha256").hex()
    own: dict[str, object] = dict.fromkeys(("secret", "whatsapp_app_secret", "telegram_secret"), SecretStr(secret))
    own |= {"whatsapp_phone_id": ""}
    own |= dict.fromkeys(("at_secrets", "madapi_secrets", "rest_keys", "pepper"), SecretStr(""))  # secret stands in
    return settings.model_copy(
        update={**own, **dict.fromkeys(("sms_replies_per_hour", "chat_replies_per_hour"), MAX_REPLIES_PER_HOUR)}
    )
