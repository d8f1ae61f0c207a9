"""Reads the numbers that changed their network: a CSV file of gateways/ with a number and a network in each line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from channels.contracts.phone_numbers import BETWEEN_DIGITS
from state.country import country
from state.errors import Problem

MAX_NUMBERS: Final = 500_000  # of which each takes about 150 bytes of memory
MAX_PROBLEMS: Final = 20  # that are named


def read_ported(path: Path) -> tuple[dict[str, str], list[Problem]]:
    """Return the network of each number in E.164 form, and what is wrong with the file. No number is in a problem."""
    found, problems = dict[str, str](), list[Problem]()
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            for line, row in _rows(opened):
                if what := _read(found, row):
                    problems.append(Problem(str(path), line, 1, what))
                if len(problems) >= MAX_PROBLEMS or len(found) > MAX_NUMBERS:
                    break
    except OSError as error:
        problems.append(Problem(str(path), 1, 1, f"lecture impossible : {error.strerror}"))
    except UnicodeDecodeError:
        problems.append(Problem(str(path), 1, 1, "enregistrez ce fichier en UTF-8"))
    if len(found) > MAX_NUMBERS:
        problems.append(Problem(str(path), 1, 1, f"plus de {MAX_NUMBERS} numéros : gardez les derniers portés"))
    return found, problems


def _rows(opened: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with its line, without empty ones and a heading."""
    for line, text in enumerate(opened, 1):
        row = [cell.strip() for cell in text.replace(";", ",").split(",")]
        is_heading = line == 1 and not any(sign.isdigit() for sign in row[0])
        if any(row) and not is_heading:
            yield line, row


def _read(found: dict[str, str], row: list[str]) -> str:
    """Note the network of one number; return what is wrong with the row, "" for nothing."""
    if len(row) != 2:
        return "il faut deux colonnes : numéro,réseau"
    plan = country().numbers
    names = {one.name.casefold(): one.name for one in plan.networks}
    number, network = plan.normalize(row[0].translate(BETWEEN_DIGITS)), names.get(row[1].casefold())
    if not number:
        return f"la première colonne n'est pas un numéro de ce pays : {country().name}"
    if not network:
        return f"la deuxième colonne n'est pas un réseau de country.yaml : {', '.join(names.values())}"
    if found.setdefault(number, network) != network:
        return "ce numéro est déjà plus haut, avec un autre réseau"
    return ""
