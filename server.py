"""Builds the aiohttp application: webhooks of gateways, the admin site and the API for ministries.

All of them use the services of runtime/services.py. Hops in progress are answered before the services close.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler as AppHandler
from aiohttp.typedefs import Middleware

from accounts.accounts import Accounts
from admin.app import admin_app
from admin.auth import Access
from admin.context import ADMIN_CONTEXT, AdminContext
from admin.routes import ACCESS
from admin.simulator.operator_ports import SharedPorts
from admin.simulator.sandbox_sources import open_sandbox_sources
from admin.simulator.sandboxes import SANDBOXES, open_sandboxes
from admin.simulator.tried_menus import menus_of_lines, staged_menus
from admin.start.task_finder import notifying
from api.app import PREFIX, api_app
from api.assembly import build_api_services
from api.services import API_SERVICES, ApiServices
from authoring.validation import validate
from channels import encoded, open_channels, open_message_channels
from channels.contracts.request_body import MAX_BYTES
from channels.deferred.postponed import POLL_SECONDS
from channels.webhooks.connections import HANDLER_ARGS
from channels.webhooks.direct_requests import DIRECT_WEBHOOKS, DirectWebhooks
from channels.webhooks.frame import AnyFrame, Handler
from channels.webhooks.messages import MessageWebhook
from channels.webhooks.traced_requests import TracedWebhooks
from channels.webhooks.ussd import UssdWebhook
from channels.whatsapp.webhook import Whatsapp, verify_subscription
from channels.workers.polling import poll_forever
from channels.workers.supervision import supervise
from database.interface import Database
from database.migrations import prepare_tables
from logs.request_id import begin_request, proxied_id, proxied_value
from runtime import health
from runtime.active_menus import folder_changes, open_draft, replay_runner
from runtime.readiness import Readiness
from runtime.services import MenuCheck, Services, SourcesFactory, Tables, open_services
from runtime.telemetry.sending import sent_metrics
from settings import Settings
from sources.registry import open_sources
from state.cancellation import end_task
from tracing.traceparent import HEADER as TRACEPARENT
from tracing.traceparent import begin_trace
from tracing.tracer import active_tracer

SERVICES: Final = web.AppKey("parts", Services)
READINESS: Final = web.AppKey("readiness", Readiness)
MESSAGE_WEBHOOKS: Final = web.AppKey("webhooks", list[MessageWebhook])


def build(
    settings: Settings,
    *,
    opened: SourcesFactory = open_sources,
    clock: Callable[[], float] = time.time,
    tables: Tables = prepare_tables,
    checked: MenuCheck = validate,
) -> web.Application:
    """Return the application; it opens all services when it starts and closes them when it stops."""
    app = web.Application(client_max_size=MAX_BYTES, handler_args=HANDLER_ARGS, middlewares=[_request_ids(settings)])
    app[MESSAGE_WEBHOOKS] = [MessageWebhook(channel, settings, clock) for channel in open_message_channels(settings)]

    async def services(app: web.Application) -> AsyncIterator[None]:
        async with open_services(settings, opened, clock, tables, checked) as app[SERVICES]:
            app[READINESS] = Readiness(app[SERVICES].store, app[SERVICES].database)
            app[API_SERVICES] = _api_services(settings, app[SERVICES], clock)
            async with _open_admin(app, settings, clock), _watch_postponed(app[SERVICES]), _sent_metrics(app):
                yield
            await asyncio.gather(app[READINESS].close(), *(webhook.close() for webhook in app[MESSAGE_WEBHOOKS]))

    app.cleanup_ctx.append(services)
    _add_webhooks(app, settings)
    _add_monitoring(app)
    app.router.add_get("/", _home)
    app.add_subapp("/bureau", admin_app())
    app.add_subapp(PREFIX, api_app())
    return app


def _add_monitoring(app: web.Application) -> None:
    ready = health.readiness_handler(
        lambda request: request.app[READINESS], lambda request: request.app[SERVICES].change_feed
    )
    app.router.add_get("/health/live", health.live)
    app.router.add_get("/health/ready", ready)
    app.router.add_get("/metrics", health.metrics_handler(lambda request: _watched(request.app)))


@asynccontextmanager
async def _open_admin(app: web.Application, settings: Settings, clock: Callable[[], float]) -> AsyncIterator[None]:
    """Open what the admin site needs, over the open services."""
    service = app[SERVICES]
    menus, versions = service.conversation.menus, service.versions
    draft = open_draft(settings, versions, lambda: menus.current, service.change_feed, clock)
    app[ADMIN_CONTEXT] = AdminContext(
        settings, service.store, service.database, menus, service.change_feed, versions, draft,
        folder_changes(settings, versions), replay_runner(settings),
    )  # fmt: skip
    app[ACCESS] = Access(settings, service.store, Accounts(service.database, clock, settings.secrets.pepper), clock)
    lines, staged = menus_of_lines(menus, versions.compiled, draft), staged_menus(versions.compiled)
    ports = SharedPorts(service.ports, open_sandbox_sources(service.sources, settings))
    async with (
        open_sandboxes(settings, ports, lines, staged) as app[SANDBOXES],
        notifying(app[ADMIN_CONTEXT], clock),
    ):
        yield
    await draft.close()


def _api_services(settings: Settings, service: Services, clock: Callable[[], float]) -> ApiServices:
    return build_api_services(settings, (service.store, service.database), service.sources, service.messaging, clock)


def _add_webhooks(app: web.Application, settings: Settings) -> None:
    """Serve the requests of all gateways: directly if they arrive whole, else by the router."""
    frames: list[AnyFrame] = [UssdWebhook(channel, settings).frame for channel in open_channels(settings)]
    frames += [webhook.frame for webhook in app[MESSAGE_WEBHOOKS]]
    direct = [frame for frame in frames if frame.body_rule.is_direct]
    webhooks = TracedWebhooks if active_tracer() else DirectWebhooks
    app[DIRECT_WEBHOOKS] = webhooks(direct, lambda: app[SERVICES].messaging, settings.trusted_proxies)
    for frame in frames:
        app.router.add_route(frame.body_rule.method, frame.path, _handler(frame))
    app.router.add_get(Whatsapp.path, verify_subscription(encoded(settings.secrets.whatsapp_verify)))


def _request_ids(settings: Settings) -> Middleware:
    """Return what gives each request that aiohttp answers an id of its own, and its trace if this process traces."""
    proxies, is_traced = settings.trusted_proxies, active_tracer() is not None

    @web.middleware
    async def identified(request: web.Request, handler: AppHandler) -> web.StreamResponse:
        begin_request(proxied_id(request.headers, request.remote or "", proxies))
        if is_traced:
            begin_trace(proxied_value(TRACEPARENT, request.headers, request.remote or "", proxies))
        return await handler(request)

    return identified


def _handler(frame: AnyFrame) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        return await frame.handle(request, request.app[SERVICES].messaging)

    return handle


@asynccontextmanager
async def _watch_postponed(service: Services) -> AsyncIterator[None]:
    """Keep in mind whether messages wait to be answered, so that those that come now wait behind them."""
    postponed = service.messaging.postponed
    assert postponed, "a server postpones messages"
    looking = partial(poll_forever, postponed.look, POLL_SECONDS, "postponed messages")
    task = asyncio.create_task(supervise("postponed", looking))
    try:
        yield
    finally:
        await end_task(task)


def _sent_metrics(app: web.Application) -> AbstractAsyncContextManager[None]:
    return sent_metrics(lambda: health.collect_metrics(*_watched(app)))


def _watched(app: web.Application) -> tuple[Readiness, Database]:
    return app[READINESS], app[SERVICES].database


async def _home(_: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "/bureau/"})
