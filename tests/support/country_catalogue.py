"""A catalogue of the country's size: our services, and made-up ones up to a thousand, with names of their own."""

from __future__ import annotations

import shutil
from itertools import islice, product
from pathlib import Path
from typing import Final

from authoring.translation_files import update

SERVICES: Final = 1000
PROCEDURES: Final = (
    "Agrément", "Homologation", "Habilitation", "Licence", "Concession", "Dérogation", "Renouvellement", "Suspension",
    "Radiation", "Réclamation", "Mutuelle", "Subvention", "Exonération", "Cession", "Transfert", "Enquête", "Contrôle",
    "Audit", "Recensement", "Inventaire", "Jumelage", "Labellisation", "Parrainage", "Arbitrage", "Médiation",
    "Expertise", "Bornage", "Curage", "Location", "Dépôt",
)  # fmt: skip
OBJECTS: Final = (
    "laboratoire", "pharmacie", "abattoir", "boulangerie", "pisciculture", "apiculture", "forage", "sablière",
    "pêcherie", "pépinière", "clinique", "crèche", "bibliothèque", "musée", "cinéma", "parking", "entrepôt",
    "imprimerie", "radio locale", "gare routière", "embarcadère", "barrage", "scierie", "tannerie", "savonnerie",
    "cidrerie", "huilerie", "distillerie", "quincaillerie", "menuiserie", "briqueterie",
)  # fmt: skip
FILE: Final = """\
# Exemple : ce service n'existe pas.
name: {name}
short: {short}
theme: {theme}
after: request
life_event: {event}
administration: Administration d’exemple {administration}
words: []
asked: 1
cost: {{value: 0, source: exemple, as_of: 2026-11-29}}
delay: {{value: 2 semaines, source: exemple, as_of: 2026-11-29}}
documents: {{value: [Exemple], source: exemple, as_of: 2026-11-29}}
where: {{value: à la mairie, source: exemple, as_of: 2026-11-29}}
"""


def copy_country_menus(folder: Path) -> tuple[Path, Path]:
    """Copy our menus and languages to this folder, and fill the catalogue up; returns both folders."""
    menus, locales = folder / "menus", folder / "locales"
    shutil.copytree("menus", menus)
    shutil.copytree("locales", locales)
    ours = len(list((menus / "catalogue").glob("*.yaml")))
    for number, (procedure, thing) in enumerate(islice(product(PROCEDURES, OBJECTS), SERVICES - ours)):
        short = f"{procedure} {thing}"
        kinds = {"theme": f"Exemple {number % 12}", "event": f"Cas {number % 25}", "administration": number % 40}
        text = FILE.format(name=f"{short}, exemple", short=short, **kinds)
        (menus / "catalogue" / f"exemple-{number}.yaml").write_text(text, "utf-8")
    list(update(menus, locales))
    return menus, locales
