"""Builds what the API and its worker need from the open services of a process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from api.consent import Consents
from api.keys import ApiKeys
from api.message_dispatch import Dispatch, MessageDispatcher
from api.message_store import MinistryMessages
from api.purposes import Purposes
from api.services import ApiServices
from catalog.message_files import MessageFile
from channels.deferred.subscriptions import Subscriptions
from channels.webhooks.messages import MessagingServices
from database.encryption import Seal
from database.interface import Database
from settings import Settings
from sources import Sources
from state.identity import Pseudonyms
from state.store.interface import Store


def build_api_services(
    settings: Settings,
    stores: tuple[Store, Database],
    sources: Sources,
    messaging: MessagingServices,
    clock: Callable[[], float] = time.time,
) -> ApiServices:
    """Return the services of the operations."""
    (store, database), menus = stores, messaging.conversation.menus
    seal, names = Seal(*settings.secrets.rest), Pseudonyms(settings.secrets.pepper)
    return ApiServices(
        keys=ApiKeys(database, clock),
        store=store,
        messages=MinistryMessages(database, seal, names, clock),
        templates=lambda: _templates(sources),
        menus=lambda: menus.current.menus,
        clock=clock,
    )


def build_dispatcher(
    settings: Settings,
    database: Database,
    sources: Sources,
    messaging: MessagingServices,
    clock: Callable[[], float] = time.time,
) -> MessageDispatcher:
    """Return the worker that takes due messages to the outbox."""
    seal, names, menus = Seal(*settings.secrets.rest), Pseudonyms(settings.secrets.pepper), messaging.conversation.menus
    consents = Consents(Subscriptions(database, seal, clock), Purposes(database, clock), messaging.post, names)
    uses = Dispatch(
        edition=lambda: menus.current,
        templates=lambda: _templates(sources),
        consents=consents,
        preferences=sources.preferences,
        outbox=messaging.outbox,
        names=names,
        quiet=settings.quiet,
        clock=clock,
    )
    return MessageDispatcher(database, seal, uses)


def _templates(sources: Sources) -> Mapping[str, MessageFile]:
    return sources.entries.messages
