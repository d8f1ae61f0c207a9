"""One language for each verb: French for operators, English for the processes of the server."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from cli.french import FrenchCommand
from cli.main import main

IN_ENGLISH = {"serve", "deliver", "smpp", "migrate", "health", "config"}
ENGLISH = re.compile(
    r"\b(?:Usage:|Error:|Try|Show|default:|required|TEXT|INTEGER|FILE|COMMAND|there|the|of|and|with|not|is|from|which)\b"
)
FRENCH = re.compile(r"Usage :|Erreur|Affiche cette aide|par défaut|obligatoire|TEXTE|NOMBRE|FICHIER")


def verbs(command: click.Command = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every verb and group."""
    yield path
    for name, verb in command.commands.items() if isinstance(command, click.Group) else ():
        yield from verbs(verb, (*path, name))


def run(*words: str) -> tuple[int, str]:
    """Run a verb; return its exit code and what it printed."""
    result = CliRunner().invoke(main, words, prog_name="zin")
    return result.exit_code, result.output


def own_help(path: tuple[str, ...]) -> str:
    """Return the help of a verb without the names of verbs in English that the root lists apart."""
    code, text = run(*path, "--help")
    assert code == 0
    return text.partition("\nVerbes du serveur, en anglais")[0]


@pytest.mark.parametrize("path", list(verbs()), ids=" ".join)
def test_help_and_usage_errors_are_in_the_language_of_the_verb(path: tuple[str, ...]) -> None:
    code, wrong = run(*path, "--nope")
    assert code == 2
    for text in (own_help(path), wrong):
        if path and path[0] in IN_ENGLISH:
            assert (FRENCH.search(text), text.startswith("Usage: zin")) == (None, True)
        else:
            assert (ENGLISH.search(text), text.startswith("Usage : zin")) == (None, True)


def test_there_are_operators_verbs_and_three_in_english() -> None:
    found = list(verbs())
    assert len(found) > 35
    assert {path[0] for path in found if path} >= IN_ENGLISH | {"results", "menus", "operators", "audit", "secrets"}


@pytest.mark.parametrize("path", [path for path in verbs() if path and path[0] not in IN_ENGLISH], ids=" ".join)
def test_every_option_of_operators_has_a_text(path: tuple[str, ...]) -> None:
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    assert isinstance(command, FrenchCommand)
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help] == []


WRONG = [
    ("", "--nope", "l'option « --nope » n'existe pas."),
    ("", "ckeck", "le verbe « ckeck » n'existe pas. Vouliez-vous dire check ?"),
    ("results", "imprt", "le verbe « imprt » n'existe pas. Vouliez-vous dire import ?"),
    ("menus history", "--lst 3", "l'option « --lst » n'existe pas. Vouliez-vous dire --last ?"),
    ("menus history", "--last", "l'option « --last » attend une valeur."),
    (
        "menus history",
        "--last 0",
        "la valeur « 0 » de --last n'est pas acceptée. Il faut un nombre entier de 1 à 10000.",
    ),
    (
        "menus history",
        "--last deux",
        "la valeur « deux » de --last n'est pas acceptée. Il faut un nombre entier de 1 à 10000.",
    ),
    ("menus publish", "a b", "il y a trop de valeurs."),
    ("check", "--pages=3", "l'option « --pages » ne prend pas de valeur."),
    ("check", "--help=3", "l'option « --help » ne prend pas de valeur."),
    (
        "check",
        "nowhere",
        "la valeur « nowhere » de DOSSIER n'est pas acceptée. Il faut un dossier qui existe et peut être lu.",
    ),
    ("call", "--record .", "la valeur « . » de --record n'est pas acceptée. Il faut un fichier."),
    ("call", "--record nowhere/x", "--record : le dossier nowhere n'existe pas"),
    ("call", "--phone 12", "--phone : « 12 » n'est pas un numéro de téléphone"),
    ("draw", "nowhere", "le parcours « nowhere » n'existe pas. Il y a : "),
    ("words status", "de", "la langue « de » n'existe pas. Il y a : "),
    ("operators add", "--role importer", "il manque NOM."),
    (
        "operators add",
        "x",
        "il manque --role. Il faut l'un de : importer, approver, editor, translator, reviewer, support, viewer, admin.",
    ),
    (
        "operators add",
        "x --role boss",
        "la valeur « boss » de --role n'est pas acceptée. Il faut l'un de : importer, approver",
    ),
    ("results import", "nowhere", "la valeur « nowhere » de FICHIER n'est pas acceptée. Il faut un fichier qui existe"),
    ("results rehearse", "x --pid y", "la valeur « y » de --pid n'est pas acceptée. Il faut un nombre entier."),
    ("results rehearse", "x --plan y=1", "--plan : « y=1 » n'est pas un nombre connu. Il y a : look_ups, seconds"),
    ("audit verify", "--known x", "--known : une empreinte a 64 signes, de 0 à 9 et de a à f"),
]


@pytest.mark.parametrize(("verb", "words", "text"), WRONG)
def test_a_usage_error_says_in_french_what_is_accepted(verb: str, words: str, text: str) -> None:
    code, printed = run(*verb.split(), *words.split())
    usage, help_, _, error = printed.splitlines()
    name = " ".join(filter(None, ("zin", verb)))
    assert (code, usage.startswith(f"Usage : {name} "), help_) == (2, True, f"Aide : {name} --help")
    assert error.startswith(f"Erreur : {text}")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("serve --nope", "Error: No such option '--nope'."),
        ("serve --workers", "Error: Option '--workers' requires an argument."),
        ("serve --workers 0", "Error: Invalid value for '--workers': 0 is not in the range 1<=x<=64."),
        ("deliver now", "Error: Got unexpected extra argument (now)"),
    ],
)
def test_a_verb_of_the_server_reports_in_english(words: str, text: str) -> None:
    code, printed = run(*words.split())
    assert (code, printed.splitlines()[-1]) == (2, text)


def test_an_interrupted_question_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> str:
        raise click.Abort

    monkeypatch.setattr("cli.accounts._new_password", interrupted)
    assert run("operators", "password", "a.kossou") == (1, "Abandonné.\n")
