"""Describes click's usage errors in French: what is wrong, and what the option or argument accepts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import click
from click.exceptions import BadOptionUsage, MissingParameter, NoSuchCommand, NoSuchOption

VALUE: Final = re.compile(r"'(.+?)'|^(\S+) is ")  # as click quotes it; it has no attribute for it


def describe_usage_error(error: click.UsageError, ctx: click.Context) -> str:
    """Return a text in French about a usage error of a verb.

    The text of an error that click did not raise is in French already: it is a BadParameter without a parameter.
    """
    match error:
        case NoSuchOption():
            text = f"l'option « {error.option_name} » n'existe pas.{_suggestion(error.possibilities)}"
        case NoSuchCommand():
            text = f"le verbe « {error.command_name} » n'existe pas.{_suggestion(error.possibilities)}"
        case MissingParameter(param=click.Parameter() as parameter):
            text = f"il manque {_name(parameter)}.{_needed(parameter.type)}"
        case BadOptionUsage():
            text = f"l'option « {error.option_name} » {_usage(error.option_name, ctx)}."
        case click.BadParameter(param=click.Parameter() as parameter):
            text = f"la valeur{_value(error)} de {_name(parameter)} n'est pas acceptée.{_needed(parameter.type)}"
        case click.BadParameter():
            text = f"{error.param_hint} : {error.message}" if error.param_hint else error.message
        case _:
            text = "il manque un verbe." if isinstance(ctx.command, click.Group) else "il y a trop de valeurs."
    return text


def _name(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.human_readable_name.strip("[]")


def _value(error: click.BadParameter) -> str:
    found = VALUE.search(error.message)
    return f" « {found[1] or found[2]} »" if found else ""


def _suggestion(names: Iterable[str] | None) -> str:
    return f" Vouliez-vous dire {' ou '.join(names)} ?" if names else ""


def _usage(name: str, ctx: click.Context) -> str:
    options = (one for one in ctx.command.get_params(ctx) if isinstance(one, click.Option))
    flags = {spelling for option in options if option.is_flag for spelling in option.opts}
    return "ne prend pas de valeur" if name in flags else "attend une valeur"


def _needed(kind: click.ParamType[object]) -> str:
    """Return what a type of values accepts; "" for any text."""
    match kind:
        case click.IntRange():
            return f" Il faut un nombre entier de {kind.min} à {kind.max}."
        case click.types.IntParamType():
            return " Il faut un nombre entier."
        case click.Choice():
            return f" Il faut l'un de : {', '.join(kind.choices)}."
        case click.Path():
            what = "un fichier" if kind.file_okay else "un dossier"
            return f" Il faut {what} qui existe et peut être lu." if kind.exists else f" Il faut {what}."
    return ""
