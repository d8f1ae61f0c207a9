"""What the questions to sources are called on the pages, where a file says exams.result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NAMES: Final[Mapping[str, str]] = {
    "careers.file": "dossier d'une carrière",
    "centres.communes": "communes d'un département",
    "centres.departments": "départements",
    "centres.nearest": "centre d'une commune",
    "centres.search": "communes, par leur nom",
    "exams.open": "examens ouverts",
    "exams.result": "résultat d'un candidat",
    "languages.offered": "langues proposées",
    "requests.status": "état d'une demande",
    "services.card": "fiche d'un service",
    "services.group": "services d'un groupe",
    "services.life_events": "situations de vie",
    "services.of_life_event": "services d'une situation de vie",
    "services.of_theme": "services d'un thème",
    "services.search": "services, par des mots",
    "services.themes": "thèmes des services",
}


def question_name(question: str) -> str:
    """Return what a question is called; one that is not of Zin itself has its name in the files."""
    return NAMES.get(question, question)
