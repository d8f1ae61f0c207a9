"""The verbs `zin outbox`: statistics of outgoing messages, and pauses and cancellations in a gateway or a broadcast.

A user with a shell has access to the database: a pause from here is recorded as console:LOGIN, the name of the system
user.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cli import french
from cli.active_settings import load
from cli.database_access import audit_identity, with_database
from cli.errors import report_errors
from reporting.sending_time import warn_of_announcement, warn_of_queue

if TYPE_CHECKING:  # it opens the registry, which takes time to import, which other verbs need not wait for
    from channels.outbox.statistics import OutboxStatistics


@french.group(help="Les messages qui partent.")
def outbox() -> None:
    """Group the verbs of outgoing messages."""


@outbox.command(
    help="Affiche ce qui attend et depuis quand, ce qui est parti, ce qui a échoué et pourquoi, et les pauses."
)
@report_errors
def status() -> None:
    """Print the statistics of the outbox."""
    from channels.outbox.statistics import outbox_statistics

    found, pace = with_database(outbox_statistics), load().sms_per_second
    for line in (*_lines(found), *_warnings(found, pace)):
        click.echo(line)


@outbox.command(
    help="Retient NOM : une passerelle (sms, whatsapp, telegram), réponses comprises, ou une annonce de « zin outbox "
    "status »."
)
@click.argument("name", metavar="NOM")
@report_errors
def pause(name: str) -> None:
    """Pause a gateway or a broadcast."""
    from channels.outbox.pauses import Pauses

    with_database(lambda database: Pauses(database).pause(audit_identity(), name))
    click.echo(f"« {name} » est en pause : rien n'en part avant « zin outbox resume {name} ».")


@outbox.command(help="Laisse repartir NOM. Ce qui est devenu trop tardif entre-temps ne part pas.")
@click.argument("name", metavar="NOM")
@report_errors
def resume(name: str) -> None:
    """Resume a gateway or a broadcast; expired messages are not sent."""
    from channels.outbox.pauses import Pauses

    with_database(lambda database: Pauses(database).resume(audit_identity(), name))
    click.echo(f"« {name} » repart.")


@outbox.command(help="Annule tout ce qui attend dans NOM, qui est en pause. Rien de ce qui est annulé ne part.")
@click.argument("name", metavar="NOM")
@report_errors
def cancel(name: str) -> None:
    """Cancel all that waits in a paused gateway or broadcast."""
    from channels.outbox.pauses import Pauses

    cancelled = with_database(lambda database: Pauses(database).cancel(audit_identity(), name))
    click.echo(f"Annulés : {cancelled} messages de « {name} », qui reste en pause.")


def _lines(found: OutboxStatistics) -> Iterator[str]:
    for one in found.gateways:
        states = ", ".join(f"{state} {many}" for state, many in sorted(one.states.items())) or "rien"
        oldest = "" if one.oldest is None else f" ; le plus ancien attend depuis {round(one.oldest)} s"
        rate = f" ; partis : {one.left[-1]} à la dernière minute, {sum(one.left)} en une heure"
        yield f"{one.name} : {states}{oldest}{rate}{_paused(one.paused)}"
    for topic in found.broadcasts:
        counts = f"{topic.pending} personnes, {topic.waiting} en attente, {topic.took} partis, {topic.lost} perdus"
        yield f"annonce {topic.topic} : {counts}{_paused(topic.paused)}"
    for failure in found.failures:
        yield f"{failure.gateway}, {failure.state} : {failure.many}, {failure.why or 'sans raison donnée'}"


def _warnings(found: OutboxStatistics, sms_per_second: float) -> Iterator[str]:
    """Yield what takes longer than an hour to send."""
    announced = ((one.topic, warn_of_announcement(one.pending, sms_per_second)) for one in found.broadcasts)
    yield from (f"annonce {topic} : {said}" for topic, said in announced if said)
    if said := warn_of_queue(found.sms_to_send, sms_per_second):
        yield f"sms : {said}"


def _paused(paused: object) -> str:
    return " ; EN PAUSE" if paused else ""
