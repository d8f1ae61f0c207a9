"""The verb `zin results rehearse`: a load test of results day on a running server, with made-up candidates."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

import cli.signed_in
from cli import french
from cli.account_sign_in import ask_password
from cli.active_settings import load
from cli.errors import report_errors
from settings import Settings
from state.errors import ZinError

if TYPE_CHECKING:
    from accounts.accounts import Operator as Account
    from loadtest.metrics import Figures
    from loadtest.plan import Plan
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


@french.command(
    help="Joue le jour des résultats : tous cherchent les candidats de FICHIER, et chaque réponse est vérifiée."
)
@click.argument("file", metavar="FICHIER", type=click.Path(dir_okay=False, path_type=Path))
@french.option("--make", type=click.IntRange(1, 1_000_000), help="Écrit autant de candidats inventés.")
@french.option("--session", default="bac-2026", help="La session pour laquelle FICHIER a été importé.")
@french.option("--address", default="http://127.0.0.1:8080", help="Le serveur.")
@french.option("--plan", default="look_ups=200000,seconds=600,rate=1500,connections=200,gateway=0",
               help="Le nombre de recherches, la durée en secondes, le plus grand nombre par seconde, les connexions,"
                    " et le port qui reçoit les messages du serveur, 0 s'il n'en envoie pas ici.")  # fmt: skip
@french.option("--mix", default="ussd=80,sms=10,whatsapp=6,telegram=4", help="La part de chaque canal.")
@french.option("--pid", "pids", multiple=True, type=int, help="Un processus du serveur, à observer.")
@french.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Écrit une page de courbes.")
@french.option("--adversary", is_flag=True, help="Ajoute un adversaire : numéros devinés, inondations.")
@french.option("--announced", default="", metavar="SESSION",
               help="Une session approuvée dont l'heure est à venir : avec --adversary, elle est publiée, et retirée"
                    " pendant que les citoyens sont avertis.")  # fmt: skip
@french.option("--as", "name", default="", metavar="NOM", help="L'approbateur qui la publie et la retire.")
@report_errors
def rehearse(**given: Any) -> None:
    """Make candidates, or run the load test with them."""
    if given["make"]:
        _make(given["file"], given["session"], given["make"])
    else:
        _run(given)


def _make(file: Path, session: str, many: int) -> None:
    from catalog.entries import read_exams
    from loadtest.candidates import candidates, write

    exam = session.partition("-")[0]
    written = write(file, candidates(exam, read_exams(load().menus / "exams")[exam], many, seed=1))
    click.echo(f"{written} candidats inventés dans {file} : importez-les et publiez-les sur un serveur d'essai.")


def _run(given: Mapping[str, Any]) -> None:
    """Run the load test and print its metrics; end with code 2 if they are not sound."""
    from loadtest.report_page import page
    from loadtest.runner import run_load_test

    settings = load()
    plan = _plan(settings, given)
    operator = _operator(settings, plan.announced, given["name"]) if plan.announced else None
    figures = asyncio.run(run_load_test(plan, click.echo, operator))
    if report := given["report"]:
        report.write_text(page(figures), encoding="utf-8")
    for line in _lines(figures):
        click.echo(line)
    if not figures.is_sound:
        sys.exit(2)


def _plan(settings: Settings, given: Mapping[str, Any]) -> Plan:
    from catalog.entries import read_exams
    from loadtest.candidates import read
    from loadtest.plan import Keys, Mix, Plan

    numbers, session = _numbers(given["plan"]), given["session"]
    return Plan(
        read(given["file"], read_exams(settings.menus / "exams")[session.partition("-")[0]]),
        given["address"],
        Keys.of(settings),
        session,
        mix=Mix.read(given["mix"]),
        pids=given["pids"],
        look_ups=int(numbers["look_ups"]),
        seconds=numbers["seconds"],
        rate=numbers["rate"],
        connections=int(numbers["connections"]),
        gateway=int(numbers["gateway"]),
        adversary=given["adversary"],
        announced=given["announced"],
    )


def _operator(settings: Settings, session: str, name: str) -> Operator:
    """Return the operator that publishes and withdraws the newest approved results of the announced session."""
    from loadtest.withdrawn_announcement import Operator

    if not name:
        raise click.BadParameter("il faut --as NOM, un approbateur", param_hint="--announced")
    password = ask_password()

    async def publish(by: Account, publishing: Publishing) -> None:
        approved = [row["id"] for row in await publishing.sets(session) if row["state"] == "approved"]
        if not approved:
            raise ZinError(f"Rien n'est approuvé pour {session} : il n'y a rien à annoncer.")
        await publishing.publish(by, approved[-1], time.time(), "", WHY)

    async def withdraw(by: Account, publishing: Publishing) -> None:
        await publishing.withdraw(by, session, "", WHY)

    return Operator(
        lambda: cli.signed_in.sign_in_and_run(settings, name, password, publish, _no_code),
        lambda: cli.signed_in.sign_in_and_run(settings, name, password, withdraw, _no_code),
    )


def _no_code() -> str:
    """Refuse an account with a second factor: nobody types its codes while the load test runs."""
    raise ZinError("Ce compte a un code sur le téléphone : prenez pour l'essai un compte d'approbateur sans code.")


def _lines(figures: Figures) -> Iterator[str]:
    total = figures.total
    answers = ", ".join(f"{total.worths[worth]} {word}" for worth, word in KINDS.items())
    yield f"{total.asked} recherches : {answers}"
    one, busiest = total.latency, figures.busiest
    yield f"{figures.ended_per_second:.0f} par seconde en moyenne, {busiest.second:.0f} dans la meilleure seconde"
    yield f"Temps d'une réponse : moitié en {one.p50:.0f} ms, 99 sur 100 en {one.p99:.0f} ms, au plus {one.most:.0f} ms"
    yield f"À la pointe : 99 sur 100 en {busiest.latency.p99:.0f} ms"
    yield f"Messages reçus : {total.received}, en double : {total.duplicates}"
    if tried := figures.attempts:
        yield f"Adversaire : {tried.guesses} numéros devinés, dont {tried.guesses_slowed} freinés"
        many = f"{tried.long_texts} textes démesurés, {tried.compressed} corps compressés"
        yield f"  {many}, {tried.half_open} requêtes jamais finies"
        yield f"À côté de lui : {tried.bystanders} bonnes questions, {tried.bystanders_refused} refusées à tort"
        yield f"Retrait : {tried.waiting} attendaient, {tried.news} avertis, {tried.news_late} après le retrait"


def _numbers(text: str) -> dict[str, float]:
    numbers = {"look_ups": 200_000.0, "seconds": 600.0, "rate": 1500.0, "connections": 200.0, "gateway": 0.0}
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        if name not in numbers or not value.replace(".", "", 1).isdigit():
            raise click.BadParameter(
                f"« {part} » n'est pas un nombre connu. Il y a : {', '.join(numbers)}", param_hint="--plan"
            )
        numbers[name] = float(value)
    return numbers
