"""Why notifications do not leave, in French words, and what an administrator does about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from database.interface import Database
from notifications import queries as sql

SETTINGS: Final = "L’administrateur du serveur vérifie ses réglages, puis lance « zin notifications try »."
WORDS: Final[dict[str, tuple[str, str]]] = {
    "address": (
        "le serveur de courrier refuse une adresse",
        "La personne corrige son adresse à la page « Mon compte ».",
    ),
    "certificate": ("le certificat du serveur de courrier n’est pas celui qui est attendu", SETTINGS),
    "login": ("le serveur de courrier refuse l’utilisateur ou le mot de passe de Zin", SETTINGS),
    "no_server": ("aucun serveur de courrier n’est réglé", "L’administrateur du serveur donne ZIN_SMTP_URL."),
    "refused": (
        "le serveur de courrier refuse le message",
        "Demander pourquoi à qui tient le serveur de courrier. Zin réessaie.",
    ),
    "sender": ("le serveur de courrier refuse l’adresse d’où Zin écrit", SETTINGS),
    "slow": ("le serveur de courrier n’a pas répondu à temps", "Zin réessaie. Si cela dure, demander à qui le tient."),
    "tls": ("le serveur de courrier n’offre pas de connexion chiffrée où se connecter", SETTINGS),
    "unreachable": ("le serveur de courrier ne se laisse pas joindre", SETTINGS),
    "unreadable": (
        "l’adresse d’un compte ne se déchiffre pas",
        "L’administrateur du serveur vérifie ZIN_REST_KEYS.",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why some notifications did not leave, and what to do; is_over: they are not tried any more."""

    words: str
    advice: str
    many: int
    is_over: bool


async def notification_problems(database: Database) -> list[Problem]:
    """Return why notifications wait after a failed try or were given up. Raises SourceUnavailable."""
    rows = await database.rows(sql.PROBLEMS)
    return [Problem(*WORDS[row["why"]], row["many"], is_over=row["state"] == "failed") for row in rows]
