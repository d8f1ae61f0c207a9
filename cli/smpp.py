"""The process `zin smpp`: the binds of the operators that speak SMPP."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import click

from cli.active_settings import load
from cli.errors import report_start_errors
from settings import Settings
from state.errors import ZinError


class NoGateway(ZinError):
    """There is nothing to bind to. The text is French."""


@click.command()
@report_start_errors
def smpp() -> None:
    """Bind to the operators of gateways/ that speak SMPP, until stopped: send and answer messages over them."""
    from cli.processes import start_process  # what it opens takes time to import, which other verbs need not wait for
    from logs.stdout_capture import suppress_prints
    from runtime.telemetry.sending import Instance, telemetry

    settings = load()
    start_process(settings)
    with suppress_prints(), telemetry(settings, Instance.of_this_process("smpp")):
        asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    from channels.smpp.smpp_gateways import smpp_gateways
    from cli.http_server import collect_rarely, stop_event
    from cli.interrupted_start import cut_short
    from runtime.delivery_page import own_metrics, serve_delivery_page
    from runtime.services import open_services
    from runtime.smpp import run_smpp
    from runtime.store_check import check_store
    from runtime.telemetry.sending import sent_metrics

    gateways, stop = smpp_gateways(settings), stop_event()
    if not any(gateways.ready()):
        raise NoGateway(f"aucune passerelle SMPP de {settings.gateways} n'est prête : voyez zin gateways list")
    async with AsyncExitStack() as opened:
        async with cut_short(stop):
            await check_store(settings)
            parts = await opened.enter_async_context(open_services(settings))
            await opened.enter_async_context(serve_delivery_page(settings, parts, settings.smpp_port))
            await opened.enter_async_context(sent_metrics(own_metrics))
            await opened.enter_async_context(run_smpp(gateways, parts))
            collect_rarely()
        await stop.wait()
