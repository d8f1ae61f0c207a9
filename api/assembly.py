"""Builds what the API and its worker need from the open services of a process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from api.callbacks import CallbackWorker
from api.consent import Consents
from api.keys import ApiKeys
from api.message_dispatch import Dispatch, MessageDispatcher
from api.message_store import MinistryMessages
from api.purposes import Purposes
from api.services import ApiServices
from channels.deferred.subscriptions import Subscriptions
from channels.webhooks.messaging_services import MessagingServices
from database.encryption import Seal
from database.interface import Database
from httpclient.json_client import CallLimits, JsonClient
from settings import Settings
from sources import Sources
from state.identity import Pseudonyms
from state.store.interface import Store

CALLBACK_SECONDS: Final = 10.0  # for one call
CALLBACK_BYTES: Final = 1024  # of an answer, whose body is not read


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
        database=database,
        names=names,
        messages=MinistryMessages(database, seal, names, clock),
        entries=lambda: sources.entries,
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
        templates=lambda: sources.entries.messages,
        consents=consents,
        preferences=sources.preferences,
        outbox=messaging.outbox,
        names=names,
        quiet=settings.quiet,
        clock=clock,
    )
    return MessageDispatcher(database, seal, uses)


def build_callbacks(settings: Settings, database: Database, clock: Callable[[], float] = time.time) -> CallbackWorker:
    """Return the worker that reports ends to the ministries' systems."""
    limits = CallLimits(CALLBACK_SECONDS, settings.connect_seconds, CALLBACK_BYTES, statuses=frozenset())
    names = Pseudonyms(settings.secrets.pepper)
    return CallbackWorker(database, JsonClient(limits), names, settings.may_reach, clock)
