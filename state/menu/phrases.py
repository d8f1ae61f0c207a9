"""menus/phrases.yaml: texts of Zin itself, the same in every journey."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from state.text.template import Template
from state.yaml_files.strict_model import StrictModel
from state.yaml_files.types import Short, Text

KEYS: Final = ("back", "home", "more")
KEY: Final = "touche"  # the sense of the words beside 0, 00 and 98, for translators


def sense_of(phrase: str) -> str:
    """Return the sense of a phrase, for translators."""
    return KEY if phrase in KEYS else ""


def _filled_with(*known: str) -> AfterValidator:
    """Return a validator that allows only these placeholders in a phrase."""

    def check(phrase: str) -> str:
        for name in Template.of(phrase).names:
            if name not in known:
                raise ValueError(f"rien ne remplit {{{name}}} dans cette phrase")
        return phrase

    return AfterValidator(check)


Phrase = Annotated[Short, _filled_with()]
Timed = Annotated[Text, _filled_with("time")]  # {time} is when to try again, as « 15 h 20 »
# Defaults for menus that are older than these phrases.
TRIED_BY_MANY: Final = (
    "Trop de mauvaises réponses ont été données pour ce numéro. Réessayez à {time}, ou demandez au centre de services."
)
UNKNOWN_NUMBERS: Final = "Trop de numéros inconnus demandés depuis ce téléphone. Réessayez à {time}."

RESUMED: Final = "C'est noté : nous pouvons de nouveau vous écrire. Pour tout arrêter, envoyez STOP."
THANKED: Final = "Merci à vous. Pour autre chose, écrivez un mot, ou 00."
INSULTED: Final = "Nous voulons vous aider. Pour parler à quelqu'un, écrivez AGENT."
WHICH_OF: Final = "{first} ou {last} ?"
NOT_HERE: Final = "{named} n'est pas ici. Choisissez dans la liste :"
YEAR_OR_NUMBER: Final = "{named} n'est pas ici. Si {number} est un numéro, envoyez-le seul."
ONE_NUMBER: Final = "Un numéro à la fois. Envoyez ensuite : {number}"
WRONG_DAY: Final = "Le jour va de 01 à 31."
NOT_FOUND: Final = "Rien trouvé. Tapez un autre mot, ou un numéro."
WRONG_MONTH: Final = "Le mois va de 01 à 12."
WRONG_DATE: Final = "Cette date n'existe pas."
WRONG_NO_DAY: Final = "Le jour manque. Jour inconnu : né vers 1961."


class Phrases(StrictModel):
    """Each phrase by its name; a description says where it stands."""

    back: Phrase = Field(description="à côté de 0")
    home: Phrase = Field(description="à côté de 00")
    more: Phrase = Field(description="à côté de 98")
    misheard: Phrase = Field(description="au-dessus d'un écran dont le choix est mal tapé")
    empty: Phrase = Field(description="au-dessus d'un écran quand rien n'est tapé")
    cut: Phrase = Field(description="à qui rappelle après un appel coupé")
    carry_on: Phrase = Field(description="premier choix alors : reprendre où l'appel a été coupé")
    start_again: Phrase = Field(description="second choix alors : le premier écran")
    changed: Phrase = Field(
        description="au-dessus du premier écran, quand le menu a changé et que l'écran n'existe plus"
    )
    other_languages: Annotated[Short, _filled_with("languages")] = Field(
        description="sous le premier écran de qui a composé un numéro de plus sans avoir choisi de langue"
    )
    only_text: Phrase = Field(description="à qui envoie une image ou un son à une messagerie")
    not_found: Phrase = Field(NOT_FOUND, description="au-dessus d'un écran d'appel, quand un mot n'a rien fait trouver")
    not_understood: Phrase = Field(description="au-dessus d'un écran, quand un message ne veut rien dire")
    which_of: Annotated[Text, _filled_with("first", "last")] = Field(
        WHICH_OF, description="au-dessus d'une liste, quand un message peut vouloir dire plusieurs de ses lignes"
    )
    not_here: Annotated[Text, _filled_with("named")] = Field(
        NOT_HERE, description="au-dessus d'une liste qui n'a pas ce qu'un message nomme"
    )
    year_or_number: Annotated[Text, _filled_with("named", "number")] = Field(
        YEAR_OR_NUMBER, description="au-dessus d'une question, quand un message a un nombre qui peut être une année"
    )
    one_number: Annotated[Text, _filled_with("number")] = Field(
        ONE_NUMBER, description="au-dessus d'une réponse, quand un message a plusieurs numéros"
    )
    wrong_day: Phrase = Field(
        WRONG_DAY, description="au-dessus d'une question, quand le jour d'une date est impossible"
    )
    wrong_month: Phrase = Field(WRONG_MONTH, description="au-dessus d'une question, quand le mois est impossible")
    wrong_date: Phrase = Field(
        WRONG_DATE, description="au-dessus d'une question, quand la date n'existe pas : 30 février"
    )
    wrong_no_day: Phrase = Field(
        WRONG_NO_DAY, description="au-dessus d'une question, quand le jour d'une date manque : mars 1961"
    )
    thanked: Annotated[Text, _filled_with()] = Field(THANKED, description="à qui remercie par un message")
    insulted: Annotated[Text, _filled_with()] = Field(INSULTED, description="à qui écrit une insulte")
    suggest: Phrase = Field(description="au-dessus de ce qu'un message voulait peut-être dire")
    stopped: Annotated[Text, _filled_with()] = Field(description="à qui écrit STOP")
    resumed: Annotated[Text, _filled_with()] = Field(RESUMED, description="à qui écrit START après STOP")
    refused: Annotated[Text, _filled_with()] = Field(description="à qui demande un message après avoir écrit STOP")
    enough: Annotated[Text, _filled_with()] = Field(description="à qui a demandé trop de messages en une heure")
    full: Annotated[Text, _filled_with()] = Field(
        description="à qui demande à être averti de plus de choses que ce qui est permis"
    )
    crowded: Annotated[Text, _filled_with()] = Field(
        description="à qui appelle quand trop de monde appelle : dit quand rappeler"
    )
    unsent: Annotated[Text, _filled_with()] = Field(description="quand un message demandé ne peut pas être gardé")
    not_had: Annotated[Text, _filled_with()] = Field(
        description="le message à qui attendait une réponse qui n'a pas pu être obtenue en un jour"
    )
    until_stop: Phrase = Field(description="sous chaque message qui annonce un changement")
    guessing: Timed = Field(description="à qui a donné trop de mauvaises réponses à une question privée")
    tried_by_many: Timed = Field(
        TRIED_BY_MANY, description="à qui s'est trompé sur un dossier que beaucoup d'autres essaient"
    )
    unknown_numbers: Timed = Field(UNKNOWN_NUMBERS, description="à qui a demandé trop de numéros inconnus")
    sorry: Annotated[Text, _filled_with()] = Field(
        description="quand Zin lui-même ne peut pas répondre : dit de rappeler"
    )
