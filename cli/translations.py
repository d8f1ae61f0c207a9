"""The verbs `zin words`: files of translators."""

from __future__ import annotations

import click

from cli import french
from cli.active_settings import load
from cli.errors import relative_to_cwd, report_errors


@french.group(help="Les fichiers des traducteurs : les textes en français, et ceux de chaque langue.")
def words() -> None:
    """Group the verbs of translation files."""


@words.command(
    help="Écrit tous les textes français des menus dans locales/zin.pot, d'où partent les outils de traduction."
)
@report_errors
def extract() -> None:
    """Write every French text of the menus to locales/zin.pot."""
    import authoring.translation_files

    settings = load()
    click.echo(relative_to_cwd(authoring.translation_files.extract(settings.menus, settings.locales)))


@words.command(help="Met le fichier .po de chaque langue à jour avec les menus ; ce qui est traduit reste.")
@report_errors
def update() -> None:
    """Update the .po file of every language from the menus; translations stay."""
    import authoring.translation_files

    settings = load()
    for path in authoring.translation_files.update(settings.menus, settings.locales):
        click.echo(relative_to_cwd(path))


@words.command(help="Affiche l'avancement de chaque langue ; avec LANGUE, aussi les écrans qui restent en français.")
@click.argument("language", metavar="[LANGUE]", default="")
@report_errors
def status(language: str) -> None:
    """Print the progress of every language, and the screens of one language that still show French."""
    import authoring.translation_files

    settings = load()
    found = list(authoring.translation_files.status(settings.menus, settings.locales))
    known = [one.language.code for one in found]
    if language and language not in known:
        raise click.BadParameter(f"la langue « {language} » n'existe pas. Il y a : {', '.join(known)}")
    for line in authoring.translation_files.progress_table(found):
        click.echo(line)
    for one in found:
        if one.language.code == language:
            click.echo("\n".join(("", "En français, en partie ou en entier :", *one.in_french)))
