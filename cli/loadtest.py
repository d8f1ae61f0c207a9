"""The verb `zin results rehearse`: a load test of results day on a running server, with made-up candidates."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

import cli.signed_in
from cli.errors import report_errors
from settings import Settings, load
from state.errors import ZinError

if TYPE_CHECKING:
    from accounts.accounts import Operator as Account
    from loadtest.metrics import Figures
    from loadtest.recorder import Worth
    from loadtest.withdrawn_announcement import Operator
    from results.publishing import Publishing

WHY: Final = "Répétition : publiés et retirés pour l'essai."
KINDS: Final[dict[Worth, str]] = {
    "right": "justes",
    "wrong": "fausses",
    "shed": "remises à plus tard",
    "error": "erreurs",
    "missing": "perdues",
}


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--make", type=click.IntRange(1, 1_000_000), help="Write so many made-up candidates to FILE, and stop.")
@click.option("--session", default="bac-2026", help="The session that FILE was imported for.")
@click.option("--address", default="http://127.0.0.1:8080", help="The server.")
@click.option("--plan", "told", default="look_ups=200000,seconds=600,rate=1500,connections=200,gateway=0",
              help="Look-ups in all, seconds that the day is made to last, most a second, connections, and the port on"
                   " which the server's messages are taken, 0 where it sends none here.")  # fmt: skip
@click.option("--mix", default="ussd=80,sms=10,whatsapp=6,telegram=4", help="Shares of the channels.")
@click.option("--pid", "pids", multiple=True, type=int, help="A process of the server, to watch.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with plots here.")
@click.option(
    "--adversary", is_flag=True, help="Let somebody attack meanwhile: guesses in series, floods, slow requests."
)
@click.option("--announced", default="", metavar="SESSION",
              help="A session whose approved results have an hour to come: with --adversary, they are published and"
                   " withdrawn while citizens are being told.")  # fmt: skip
@click.option("--as", "name", default="", metavar="NAME", help="The approver who publishes and withdraws it.")
@report_errors
def rehearse(**given: object) -> None:
    """Play results day: everybody looks for the candidates of FILE, and each answer is held against it."""
    if given["make"]:
        _make(Path(str(given["file"])), str(given["session"]), int(str(given["make"])))
        return
    _play(given)


def _make(file: Path, session: str, many: int) -> None:
    from catalog.entries import read_exams
    from loadtest.candidates import candidates, write

    exam = session.partition("-")[0]
    written = write(file, candidates(exam, read_exams(load().menus / "exams")[exam], many, seed=1))
    click.echo(f"{written} candidats inventés dans {file} : importez-les et publiez-les sur un serveur d'essai.")


def _play(given: dict[str, object]) -> None:
    from catalog.entries import read_exams
    from loadtest.candidates import read
    from loadtest.plan import Keys, Mix, Plan
    from loadtest.report_page import page
    from loadtest.runner import run_load_test as play

    settings, session, file = load(), str(given["session"]), Path(str(given["file"]))
    numbers = dict(_numbers(str(given["told"])))
    plan = Plan(
        read(file, read_exams(settings.menus / "exams")[session.partition("-")[0]]),
        str(given["address"]),
        Keys.of(settings),
        session,
        mix=Mix.read(str(given["mix"])),
        pids=tuple(given["pids"]),  # type: ignore[arg-type]
        look_ups=int(numbers["look_ups"]),
        seconds=numbers["seconds"],
        rate=numbers["rate"],
        connections=int(numbers["connections"]),
        gateway=int(numbers["gateway"]),
        adversary=bool(given["adversary"]),
        announced=str(given["announced"]),
    )
    operator = _operator(settings, plan.announced, str(given["name"])) if plan.announced else None
    figures = asyncio.run(play(plan, click.echo, operator))
    if report := given["report"]:
        Path(str(report)).write_text(page(figures), encoding="utf-8")
    for line in _lines(figures):
        click.echo(line)
    if not figures.is_sound:
        sys.exit(2)


def _operator(settings: Settings, session: str, name: str) -> Operator:
    """Return the operator that publishes and withdraws the newest approved results of the announced session."""
    from loadtest.withdrawn_announcement import Operator

    if not name:
        raise click.BadParameter("il faut --as NOM, un approbateur", param_hint="--announced")
    password = cli.signed_in.password()

    async def publish(by: Account, deeds: Publishing) -> None:
        approved = [row["id"] for row in await deeds.sets(session) if row["state"] == "approved"]
        if not approved:
            raise ZinError(f"Rien n'est approuvé pour {session} : il n'y a rien à annoncer.")
        await deeds.publish(by, approved[-1], time.time(), "", WHY)

    async def withdraw(by: Account, deeds: Publishing) -> None:
        await deeds.withdraw(by, session, "", WHY)

    return Operator(
        lambda: cli.signed_in.sign_in_and_run(settings, name, password, publish),
        lambda: cli.signed_in.sign_in_and_run(settings, name, password, withdraw),
    )


def _lines(figures: Figures) -> Iterator[str]:
    total = figures.total
    kinds = {
        "right": "justes",
        "wrong": "fausses",
        "shed": "remises à plus tard",
        "error": "erreurs",
        "missing": "perdues",
    }
    told = ", ".join(f"{total.worths[worth]} {word}" for worth, word in kinds.items())  # type: ignore[index]
    yield f"{total.asked} recherches : {told}"
    yield f"{figures.ended_per_second:.0f} par seconde en moyenne, {figures.best_second:.0f} dans la meilleure seconde"
    one, peak = total.latency, figures.peak
    yield f"Temps d'une réponse : moitié en {one.p50:.0f} ms, 99 sur 100 en {one.p99:.0f} ms, au plus {one.most:.0f} ms"
    yield f"À la pointe : 99 sur 100 en {peak.p99:.0f} ms"
    yield f"Messages reçus : {total.received}, en double : {total.duplicates}"
    if tried := figures.attempts:
        yield f"Adversaire : {tried.guesses} numéros devinés, dont {tried.guesses_slowed} freinés"
        many = f"{tried.long_texts} textes démesurés, {tried.compressed} corps compressés"
        yield f"  {many}, {tried.half_open} requêtes jamais finies"
        yield f"À côté de lui : {tried.bystanders} bonnes questions, {tried.bystanders_refused} refusées à tort"
        yield f"Retrait : {tried.waiting} attendaient, {tried.news} avertis, {tried.news_late} après le retrait"


def _numbers(told: str) -> dict[str, float]:
    numbers = {"look_ups": 200_000.0, "seconds": 600.0, "rate": 1500.0, "connections": 200.0, "gateway": 0.0}
    for part in told.split(","):
        name, _, value = part.strip().partition("=")
        if name not in numbers or not value.replace(".", "", 1).isdigit():
            raise click.BadParameter(f"{part!r}; there are: {', '.join(numbers)}", param_hint="--plan")
        numbers[name] = float(value)
    return numbers
