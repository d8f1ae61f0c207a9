"""The verbs `zin words`: files of translators."""

from __future__ import annotations

import click

from cli.errors import relative_to_cwd, report_errors
from settings import load


@click.group()
def words() -> None:
    """What translators work on: the texts in French, and those of every language."""


@words.command()
@report_errors
def extract() -> None:
    """Write every French text of the menus to locales/zin.pot, where translators' tools start from."""
    import authoring.translation_files

    settings = load()
    click.echo(relative_to_cwd(authoring.translation_files.extract(settings.menus, settings.locales)))


@words.command()
@report_errors
def update() -> None:
    """Bring every language's .po file up to date with the menus; what is translated stays."""
    import authoring.translation_files

    settings = load()
    for path in authoring.translation_files.update(settings.menus, settings.locales):
        click.echo(relative_to_cwd(path))


@words.command()
@click.argument("language", default="")
@report_errors
def status(language: str) -> None:
    """Say how far every language is; with one LANGUAGE, also which screens still show French."""
    import authoring.translation_files

    settings = load()
    found = list(authoring.translation_files.status(settings.menus, settings.locales))
    known = [one.language.code for one in found]
    if language and language not in known:
        raise click.BadParameter(f"no language {language!r}; there are: {', '.join(known)}")
    for line in authoring.translation_files.progress_table(found):
        click.echo(line)
    for one in found:
        if one.language.code == language:
            click.echo("\n".join(("", "En français, en partie ou en entier :", *one.in_french)))
