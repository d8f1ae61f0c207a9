"""What a notification says: kinds and counts, where to look, and where to switch it off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from notifications.task_kinds import NAMES
from reporting.french import format_count

SUBJECT: Final = "Zin : du travail vous attend"
EMAIL: Final = """Bonjour,

Au bureau de Zin, ceci vous attend :

{tasks}

Connectez-vous au bureau, page « Accueil », pour le voir.

Vous recevez ce message parce que votre compte l’a demandé. Pour ne plus en recevoir : au bureau, page « Mon compte »,
bouton « Ne plus me prévenir ».
"""
# In the letters of an SMS, the alphabet of GSM: without ’, « » and ê, which would halve what one SMS holds.
SMS: Final = "Zin : {tasks}. Voir le bureau, page Accueil. Pour ne plus en recevoir : page Mon compte."
TRIAL_SUBJECT: Final = "Zin : essai du courrier"
TRIAL: Final = "Essai de Zin : ce message montre que le serveur de courrier prend les messages.\n"


def email_text(counts: Mapping[str, int]) -> str:
    """Return the text of an e-mail."""
    return EMAIL.format(tasks="\n".join(f"- {one}" for one in _tasks(counts)))


def sms_text(counts: Mapping[str, int]) -> str:
    """Return the text of an SMS."""
    return SMS.format(tasks=", ".join(_tasks(counts)).replace("\u202f", " "))


def _tasks(counts: Mapping[str, int]) -> list[str]:
    return [format_count(counts[kind], *names) for kind, names in NAMES.items() if counts.get(kind)]
