"""Builds large menus for benchmarks: copies of our own under other names."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import authoring.translation_files
from bench.processes import ROOT

COPIED = ("exams", "requests", "careers", "centres")
SERVICE, WORD = "mesure", "zinzin"  # the service that a benchmark changes, and its search word


def many_menus(folder: Path, services: int, journeys: int) -> tuple[Path, Path]:
    """Make the folders of menus and languages below this folder; every text is in each language's file."""
    menus, locales = folder / "menus", folder / "locales"
    shutil.copytree(ROOT / "menus", menus)
    shutil.copytree(ROOT / "locales", locales)
    _services(menus / "catalogue", services)
    _journeys(menus, journeys)
    list(authoring.translation_files.update(menus, locales))
    return menus, locales


def _services(folder: Path, most: int) -> None:
    ours = sorted(path.read_text("utf-8") for path in folder.glob("*.yaml"))
    measured = (folder / "cip.yaml").read_text("utf-8")
    for number, text in zip(range(len(ours), most - 1), itertools.cycle(ours), strict=False):
        (folder / f"service-{number}.yaml").write_text(_named(text, f"Service numéro {number}"), "utf-8")
    measured = re.sub(r"^words: .*$", f"words: [{WORD}]", _named(measured, "Mesure"), flags=re.MULTILINE)
    (folder / f"{SERVICE}.yaml").write_text(measured, "utf-8")


def _named(text: str, name: str) -> str:
    """Return a service's file with another name."""
    text = re.sub(r"^short: .*$", f"short: {name}", text, flags=re.MULTILINE)
    return re.sub(r"^name: .*$", f"name: {name}, tel que son fichier le dit", text, flags=re.MULTILINE)


def _journeys(menus: Path, most: int) -> None:
    choices = list(_copies(menus, most))
    home = menus / "home.yaml"
    text = home.read_text("utf-8")
    head, last, rest = text.partition("      - {label: Aide, to: help}\n")
    assert last, "home.yaml no longer ends its choices with help"
    home.write_text(head + last + "".join(choices) + rest, "utf-8")


def _copies(menus: Path, most: int) -> Iterator[str]:
    """Copy journeys up to this number; yield the choice that leads to each."""
    ours = len([path for path in menus.glob("*.yaml") if path.stem != "phrases"])
    for number, name in zip(range(ours, most), itertools.cycle(COPIED), strict=False):
        text = (menus / f"{name}.yaml").read_text("utf-8")
        text = re.sub(r"^shortcut: .*\n", "", text, flags=re.MULTILINE)
        text = re.sub(r"^words:.*\n(  .*\n)*", "", text, flags=re.MULTILINE)
        text = re.sub(r"^title: .*$", f"title: Parcours numéro {number}", text, flags=re.MULTILINE)
        (menus / f"copy_{number}.yaml").write_text(text, "utf-8")
        yield f"      - {{label: Parcours numéro {number}, to: copy_{number}}}\n"
