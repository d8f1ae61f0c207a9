"""The columns of a table of services: their headings in an export, and those that an import knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from authoring.services.record import ABOUT, KEYS, LISTS
from catalog.facts import FACTS
from spreadsheets.headings import Headings, key
from state.country import country

ID: Final = "entry"
APART: Final = " : "  # in the heading of what is said of a fact: « prix : source »
BETWEEN: Final = "|"  # texts of one cell
TITLES: Final = {
    ID: "fiche",
    "name": "nom",
    "short": "nom court",
    "code": "code",
    "theme": "thème",
    "life_event": "situation de vie",
    "administration": "administration",
    "ministry": "ministère du bureau",
    "words": "mots",
    "asked": "demandé",
    "after": "ensuite",
    "cost": "prix",
    "rates": "barème",
    "delay": "délai",
    "validity": "validité",
    "documents": "pièces",
    "where": "où aller",
    "url": "adresse en ligne",
}
SAID: Final = {"source": "source", "as_of": "date", "until": "jusqu'au", "note": "note"}
USUAL: Final = {
    ID: ("identifiant", "fichier"),
    "name": ("intitulé", "titre", "service", "nom du service", "libellé", "démarche"),
    "code": ("code du portail", "code portail", "code PSL", "code PS"),
    "theme": ("thématique", "domaine"),
    "life_event": ("événement de vie", "événement", "situation", "évènement de vie"),
    "administration": ("structure", "organisme", "ministère", "structure responsable", "autorité"),
    "words": ("mots clés", "mots-clés"),
    "cost": ("coût", "tarif", "montant", "prix"),
    "delay": ("durée", "délai de traitement", "délai de délivrance"),
    "validity": ("durée de validité",),
    "documents": ("pièces à fournir", "pièces requises", "documents"),
    "where": ("lieu", "où", "lieu de dépôt", "guichet"),
    "url": ("lien", "url", "site", "adresse web", "en ligne"),
}
FILE_WIDE: Final = {"source": ("source",), "as_of": ("date", "date de la source", "mise à jour")}


def about(name: str, said: str) -> str:
    """Return the name of the column with what is said of a fact, e.g. cost.source."""
    return f"{name}.{said}"


def titles() -> dict[str, str]:
    """Return the heading of every column by its name, in the order of an export."""
    return dict(_titles())


def _titles() -> Iterator[tuple[str, str]]:
    for name in (ID, *KEYS):
        yield name, TITLES[name]
        for said in ABOUT[1:] if name in FACTS else ():
            yield about(name, said), f"{TITLES[name]}{APART}{SAID[said]}"


def headings() -> Headings:
    """Return the headings that an import knows; `source` and `date` alone are those of all facts of a row."""
    shown = titles() | {said: names[0] for said, names in FILE_WIDE.items()}
    spellings = {key(title): name for name, title in shown.items()}
    spellings |= {key(title): name for name, names in (USUAL | FILE_WIDE).items() for title in names}
    spellings |= {key(f"{word} ({unit})"): "cost" for word in USUAL["cost"] for unit in country().currency.spellings}
    return Headings(in_french=shown, needed=("name",), shown=shown, spellings=spellings)


def split(written: str) -> list[str]:
    """Return the texts of a cell: between « | », else between semicolons."""
    return [text for part in written.split(BETWEEN if BETWEEN in written else ";") if (text := part.strip())]


def join(texts: list[str]) -> str:
    """Return the cell of these texts."""
    is_clear = len(texts) > 1 or not any(";" in text for text in texts)
    return f" {BETWEEN} ".join(texts) + ("" if is_clear else f" {BETWEEN}")


def is_list(name: str) -> bool:
    """Whether a column has several texts in a cell."""
    return name in LISTS or name == "documents"
