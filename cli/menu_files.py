"""The verbs `zin check` and `zin draw`: the files that operators and translators write."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import french
from cli.active_settings import load
from cli.errors import relative_to_cwd, report_errors
from cli.garbage import collection_paused
from reporting.french import format_count
from settings import Settings
from state.country_file import FILE as COUNTRY
from state.errors import InvalidMenu, Problem, SourceUnavailable

if TYPE_CHECKING:
    from authoring.validation import ValidatedMenus
    from authoring.versions.languages import TranslationProblems


@french.command(help="Vérifie tous les fichiers des opérateurs et des traducteurs, et dit quoi corriger, et où.")
@french.option("--pages", is_flag=True, help="Affiche combien de pages prend chaque écran, dans chaque langue.")
@french.option("--age", is_flag=True, help="Affiche les renseignements passés, et ceux qui ont plus de deux ans.")
@click.argument(
    "menus", metavar="[DOSSIER]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@report_errors
@collection_paused()
def check(menus: Path | None, pages: bool, age: bool) -> None:
    """Check every file of operators and translators, and print each problem with its place."""
    from authoring.validation import size_table
    from authoring.versions.folders import settings_of

    try:
        settings = load()
        settings = settings_of(settings, menus or settings.menus)
        found = _validate_all(settings)
    except InvalidMenu as broken:
        for problem in broken.problems:
            click.echo(_shortened(problem))
        many = format_count(len(broken.problems), "problème")
        click.echo(f"{many} dans les fichiers ci-dessus", err=True)
        sys.exit(2)
    for warning in found.warnings:
        click.echo(f"À savoir : {_shortened(warning)}")
    for line in size_table(found.size_reports) if pages else ():
        click.echo(line)
    if age:
        _show_ages(settings.menus)
    _show_missing(settings)
    _show_empty_journeys(settings, found)
    _end_for_translations(found.translation_problems)
    click.echo(f"Rien à corriger dans {settings.menus} ni {settings.locales}")


def _end_for_translations(wrong: TranslationProblems) -> None:
    """Print the problems of translations, which block their language only, and end with a failure; nothing for none."""
    from authoring.versions.languages import flat

    for problem in flat(wrong):
        click.echo(_shortened(problem))
    if wrong:
        names = ", ".join(sorted(wrong))
        click.echo(f"Le reste est juste : seules ces langues restent comme elles étaient : {names}", err=True)
        sys.exit(2)


@french.command(help="Dessine les menus, ou un seul parcours, en texte Mermaid.")
@click.argument("journey", metavar="[PARCOURS]", default="")
@report_errors
def draw(journey: str) -> None:
    """Print the menus, or one journey, as Mermaid text."""
    from state.menu.diagram import draw as drawn
    from state.menu.journey_files import read_journeys

    journeys = read_journeys(load().menus)
    if journeys.problems:
        raise InvalidMenu(journeys.problems)
    if journey and journey not in journeys.files:
        raise click.BadParameter(
            f"le parcours « {journey} » n'existe pas. Il y a : {', '.join(sorted(journeys.files))}"
        )
    click.echo(drawn(journeys, journey), nl=False)


def _validate_all(settings: Settings) -> ValidatedMenus:
    """Check the menus, the languages and the gateways. Raises InvalidMenu with all problems at once."""
    from authoring.validation import validate
    from channels.declared.sample_checks import gateway_problems
    from channels.smpp.smpp_files import smpp_problems
    from channels.sms_gateways import table_problems

    problems = [*gateway_problems(settings), *smpp_problems(settings.gateways), *table_problems(settings)]
    try:
        found = validate(settings)
    except InvalidMenu as broken:
        raise InvalidMenu([*broken.problems, *problems]) from None
    if problems:
        raise InvalidMenu(problems)
    return found


def _show_missing(settings: Settings) -> None:
    """Print what an installation of another country begins without, and what follows from that."""
    from channels.declared.files import find_files
    from state.country import country

    if not any(True for _ in find_files(settings.gateways)):
        click.echo(
            f"À savoir : {settings.gateways} ne décrit aucune passerelle : seules celles de Zin même sont servies"
        )
    networks = country().numbers.networks
    if unknown := [one.name for one in networks if not one.codes and not one.begins]:
        where = f"{settings.locales / COUNTRY} : networks : {', '.join(unknown)}"
        click.echo(f"À savoir : {where} : ni codes ni begins : les chiffres ne distinguent pas ce réseau")


def _show_empty_journeys(settings: Settings, found: ValidatedMenus) -> None:
    """Print the journeys that the database has no data for; a database that does not answer is no fault of a file."""
    from authoring.empty_journeys import look_for_data

    try:
        for journey in asyncio.run(look_for_data(settings, found)):
            click.echo(f"À savoir : {journey.line}")
    except SourceUnavailable as down:
        click.echo(f"À savoir : la base de données ne répond pas ({down}) ; les parcours sans données restent inconnus")


def _show_ages(menus: Path) -> None:
    """Print the facts that should be looked at again, and how many there are."""
    from authoring.fact_ages import facts_to_review
    from catalog.facts import local_today

    found = facts_to_review(menus, local_today())
    for fact in found:
        click.echo(_shortened(fact))
    click.echo(f"{format_count(len(found), 'renseignement')} à revoir : passés, ou lus il y a plus de deux ans")


def _shortened(problem: Problem) -> str:
    """Return the problem with its path relative to the current folder."""
    return f"{relative_to_cwd(Path(problem.file))}:{problem.line}:{problem.column}: {problem.what}"
