"""Words of the admin site that a clerk may not know, each explained in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "brouillon": "Ce qui est écrit au bureau et que les citoyens ne voient pas encore.",
    "canal": "Le chemin par lequel un citoyen atteint Zin : appel USSD, SMS, WhatsApp ou Telegram.",
    "codage": "La façon dont un réseau écrit les lettres : GSM 7 bits pour les lettres courantes, UCS-2 quand "
    "une seule lettre n'y est pas ; un écran ou un SMS contient alors moins de la moitié.",
    "écran": "Ce qu'un téléphone montre en une fois, et ce que le citoyen peut y répondre.",
    "empreinte": "Un nombre calculé sur un fichier ou une ligne du journal : si un seul signe change, "
    "l'empreinte change. La noter ailleurs permet de prouver que rien n'a été touché.",
    "journal": "La liste de ce que les personnes ont fait au bureau : qui, quoi, quand. Personne ne peut la changer.",
    "parcours": "Une suite d'écrans qui mène à une réponse : un fichier de menus.",
    "passerelle": "Le service qui porte les messages et les appels entre Zin et les téléphones : un opérateur ou "
    "une entreprise.",
    "publication": "Le moment où une version devient celle que reçoivent les citoyens.",
    "registre": "Une liste que tient une administration : demandes, carrières. Zin y cherche la réponse d'une "
    "personne.",
    "septet": "L'unité de place d'un SMS ou d'un écran en GSM 7 bits : une lettre courante en prend un, un signe "
    "comme € en prend deux.",
    "source": "Ce à quoi Zin pose une question pour répondre : un registre, des résultats, le système d'un ministère.",
    "version": "Tous les menus, prix et traductions ensemble, tels qu'ils étaient à un moment. Les huit signes "
    "qui la nomment changent dès qu'un seul texte change.",
}
