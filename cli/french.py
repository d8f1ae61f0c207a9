"""Help and usage errors in French, for the verbs of operators; click's own texts are English.

click translates by the language of the process, but one program has verbs for two audiences
(docs/decisions/0011-languages-of-the-command-line.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any, Final, TypeVar

import click

from cli.french_errors import describe_usage_error

F = TypeVar("F", bound=Callable[..., Any])
METAVARS: Final = {"text": "TEXTE", "integer": "NOMBRE", "integer range": "NOMBRE", "file": "FICHIER"}


class FrenchUsageError(click.UsageError):
    """A usage error whose text is in French."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print how the verb is used, where its help is, and the error."""
        if self.ctx:
            click.echo(f"{self.ctx.get_usage()}\nAide : {self.ctx.command_path} --help\n", file=file, err=True)
        click.echo(f"Erreur : {self.message}", file=file, err=True)


class FrenchOption(click.Option):
    """An option whose help is in French."""

    def make_metavar(self, ctx: click.Context) -> str:
        """Return the word that stands for the value of this option."""
        return self.metavar or METAVARS.get(self.type.name) or super().make_metavar(ctx)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and its help; the limits of its value, its default, and whether it is required follow."""
        limits = f"de {self.type.min} à {self.type.max}" if isinstance(self.type, click.IntRange) else ""
        default = f"par défaut : {self.default}" if isinstance(self.default, str | int) and self.default else ""
        more = "; ".join(
            filter(None, (limits, "" if self.is_flag else default, "obligatoire" if self.required else ""))
        )
        return self.get_help_spec(ctx), f"{self.help}  [{more}]" if more else self.help or ""


class FrenchCommand(click.Command):
    """A verb whose help and usage errors are in French."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that shows how the verb is used."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Usage : ")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option --help with a French text."""
        option = super().get_help_option(ctx)
        if option:
            option.help = "Affiche cette aide."
        return option

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Parse the arguments. Raises FrenchUsageError."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:  # some errors of the parser do not name their verb
            raise _in_french(error, error.ctx or click.Context(self, parent, info_name)) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb. Raises FrenchUsageError; an error of a verb in English stays as it is."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise _in_french(error, error.ctx) from None
        except click.Abort:
            click.echo("Abandonné.", err=True)
            raise click.exceptions.Exit(1) from None


class FrenchGroup(FrenchCommand, click.Group):
    """A group of verbs whose help is in French; verbs in English are listed apart."""

    command_class = FrenchCommand
    group_class = type

    def __init__(self, **settings: Any) -> None:
        super().__init__(subcommand_metavar="VERBE [ARGS]...", **settings)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs, in one section for each language."""
        width = max(map(len, self.commands))
        for title, french in (("Verbes", True), ("Verbes du serveur, en anglais", False)):
            rows = [
                (name.ljust(width), verb.get_short_help_str(formatter.width - 6 - width))
                for name, verb in sorted(self.commands.items())
                if isinstance(verb, FrenchCommand) is french
            ]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def group(**settings: Any) -> Callable[[Callable[..., Any]], FrenchGroup]:
    """Declare a group of verbs with the settings of click.group."""
    return click.group(cls=FrenchGroup, **settings)


def command(**settings: Any) -> Callable[[Callable[..., Any]], FrenchCommand]:
    """Declare a verb with the settings of click.command."""
    return click.command(cls=FrenchCommand, **settings)


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """Declare an option with the settings of click.option."""
    return click.option(*names, cls=FrenchOption, **settings)


def _in_french(error: click.UsageError, ctx: click.Context | None) -> click.UsageError:
    is_ready = isinstance(error, FrenchUsageError | click.exceptions.NoArgsIsHelpError)
    if is_ready or ctx is None or not isinstance(ctx.command, FrenchCommand):
        return error
    return FrenchUsageError(describe_usage_error(error, ctx), ctx)
