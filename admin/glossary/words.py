"""What the pages' own words mean, for clerks: the one place where each is explained, linked from where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its meaning in plain French; name is its place on the page, as in /bureau/glossaire#septet."""

    name: str
    title: str
    meaning: str


WORDS: Final = (
    Word(
        "appel",
        "Appel",
        "Ce qui se passe entre le moment où un citoyen compose le code et celui où il raccroche.",
    ),
    Word(
        "approbation",
        "Approbation",
        "Une seconde personne relit avant que les citoyens voient : des résultats, avec le fichier d'origine "
        "et la liste signée ; des menus, avec ce qui change.",
    ),
    Word(
        "brouillon",
        "Brouillon",
        "Ce qui est écrit au bureau et que les citoyens ne voient pas encore. Il devient une version quand "
        "quelqu'un le propose.",
    ),
    Word(
        "canal",
        "Canal",
        "Le chemin par lequel un citoyen atteint Zin : appel USSD, SMS, WhatsApp ou Telegram.",
    ),
    Word(
        "codage",
        "Codage",
        "La façon d'envoyer les lettres à un téléphone. En GSM 7 bits, un SMS a 160 places. Une seule lettre "
        "qui n'y est pas, comme ɔ ou ɖ, fait passer tout le message en UCS-2, et il n'a plus que 70 places.",
    ),
    Word(
        "ecran",
        "Écran",
        "Ce que le téléphone montre en une fois : un texte, puis des choix ou une question.",
    ),
    Word(
        "empreinte",
        "Empreinte",
        "Un résumé de 64 signes, calculé d'un fichier ou du journal. Un seul signe changé donne une autre "
        "empreinte : deux empreintes égales disent que rien n'a changé. On ne peut pas retrouver le fichier à"
        " partir d'elle.",
    ),
    Word(
        "journal",
        "Journal",
        "La liste de ce que chaque compte a fait, et quand. Chaque ligne porte l'empreinte de celles d'avant "
        ": on ne peut rien y changer sans que cela se voie.",
    ),
    Word(
        "ministere",
        "Ministère d'un compte",
        "Un compte d'un ministère voit et change ce qui est à ce ministère. Ce qui n'est à aucun se lit seulement.",
    ),
    Word(
        "page",
        "Page",
        "Un texte trop long pour un écran est coupé en pages : « 98 Suite » montre la suivante.",
    ),
    Word(
        "parcours",
        "Parcours",
        "Une suite d'écrans sur un sujet, comme « Résultats d'examens » : un fichier des menus.",
    ),
    Word(
        "partie",
        "Partie d'un SMS",
        "Un long SMS part en plusieurs morceaux, que le téléphone rassemble. Chaque morceau se paie.",
    ),
    Word(
        "passerelle",
        "Passerelle",
        "L'entreprise entre Zin et le réseau du téléphone : elle prend les SMS que Zin envoie et lui amène les appels.",
    ),
    Word(
        "publication",
        "Publication",
        "Le moment où une version devient celle que reçoivent les citoyens.",
    ),
    Word(
        "registre",
        "Registre",
        "Une table que des administrations remplissent, comme les demandes ou les carrières.",
    ),
    Word(
        "septet",
        "Septet",
        "Une place d'un écran ou d'un SMS en GSM 7 bits : une lettre en prend une ; € [ ] { } ^ ~ | et \\ en "
        "prennent deux.",
    ),
    Word(
        "source",
        "Source",
        "Ce qui répond à une question d'un parcours : les fiches, un registre, l'API d'un ministère.",
    ),
    Word(
        "version",
        "Version",
        "Tous les menus et toutes les langues à un moment. Une version est préparée, comparée, approuvée s'il"
        " le faut, publiée ; on peut revenir à celle d'avant.",
    ),
)
BY_NAME: Final = {word.name: word for word in WORDS}
