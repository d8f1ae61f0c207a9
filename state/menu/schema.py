"""Screens as operators write them: texts, possible answers and transitions.

One file is one journey. A screen has one of five kinds, named by its key: choices, list, ask or look_up; without any of
these it is an end. menus/schema.json is generated from these classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, Tag, TypeAdapter, model_validator

from state.menu.answer_patterns import pattern_problem
from state.yaml_files.strict_model import StrictModel, text_pattern
from state.yaml_files.types import Ministry, Name, QuestionName, Say, Short, Target, Text

KINDS = ("list", "choices", "ask", "look_up")  # a list may have choices below its rows
CHOSEN = "language"  # the name of the answer that stores the chosen language
COUNT = "count"  # the placeholder for the number of rows, on the list's own screen
MAX_NEEDS = 6  # facts on which the options of one screen depend: each combination is compiled
SEASON = "exams.season"  # the question whose facts the first screen may show
UNAVAILABLE = "home.unavailable"  # the default target of a list when its source does not answer
NOT_OFFERED = "home.not_offered"  # stands for every screen of a journey that has nothing to look up in


class Choice(StrictModel):
    """One numbered option: its label, where it leads, what choosing it answers, and what it asks to be sent."""

    label: Short
    to: Target
    keep: dict[Name, Short] = Field(default_factory=dict)
    send: Target | None = Field(
        None,
        description="écran dont le texte est envoyé par message ; ou recherche dont la réponse le sera, dès qu'on l'a",
    )
    notify: Target | None = Field(
        None, description="recherche dont chaque changement est annoncé par message, jusqu'à STOP"
    )
    needs: tuple[Name, ...] = Field(
        (), description="renseignements : le choix ne se montre que si l'un d'eux est connu"
    )


class Listing(StrictModel):
    """Options that a source gives: each row's label, under which name the chosen row's id is kept, where it leads."""

    question: QuestionName = Field(alias="from")
    label: Short
    keep: Name
    to: Target
    empty: Target
    late: Target = UNAVAILABLE
    unavailable: Target = UNAVAILABLE


class Asking(StrictModel):
    """A free answer: the name it is kept under, the form it must have, what to say when it has not, where it leads.

    like is a pattern over the whole answer (Python's re), the word `date` for a day, or the word `proof` for the last
    four digits of a phone number or a day.
    """

    keep: Name
    like: str = Field(min_length=1, max_length=200)
    longest: Short | None = Field(
        None, description="la plus longue réponse probable, pour calculer les pages ; sinon ce que like permet"
    )
    hint: Short
    to: Target


class LookUp(StrictModel):
    """A question to a source; every other key is an outcome and the screen it leads to."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Target]
    question: QuestionName = Field(alias="from")

    @property
    def outcomes(self) -> Mapping[str, str]:
        """The screen for each outcome."""
        return self.__pydantic_extra__


def _pattern(written: str) -> str:
    if wrong := pattern_problem(written):
        raise ValueError(wrong)
    return written


class _Shown(StrictModel):
    say: Say
    private: bool = Field(False, description="true : ne s'affiche plus à qui rappelle après un appel coupé")
    back: Target | None = Field(None, description="où mène 0, quand plusieurs écrans mènent ici")


class ChoiceScreen(_Shown):
    """Fixed numbered options; without any, the screen is read, and left by 0 and 00."""

    choices: tuple[Choice, ...] = Field(max_length=97)

    @model_validator(mode="after")
    def _few_needs(self) -> ChoiceScreen:
        if len({name for choice in self.choices for name in choice.needs}) > MAX_NEEDS:
            raise ValueError(f"« needs » : {MAX_NEEDS} renseignements différents au plus sur un écran")
        return self


class ListScreen(_Shown):
    """Options from a source, any number, paged; choices stand below them."""

    listing: Listing = Field(alias="list")
    choices: tuple[Choice, ...] = Field((), max_length=9, description="choix écrits sous les lignes de la liste")


class QuestionScreen(_Shown):
    """Free input."""

    ask: Asking


class LookUpScreen(StrictModel):
    """No display: asks a source, and every outcome leads to a screen."""

    look_up: LookUp


class EndScreen(_Shown):
    """Says something and closes."""


def kind_of(written: Any) -> str:
    """Return the kind of a screen as written: its key among the four, or "end"."""
    return next((kind for kind in KINDS if isinstance(written, dict) and kind in written), "end")


ScreenFile = ChoiceScreen | ListScreen | QuestionScreen | LookUpScreen | EndScreen
SHAPES: Mapping[str, type[ScreenFile]] = {
    "choices": ChoiceScreen,
    "list": ListScreen,
    "ask": QuestionScreen,
    "look_up": LookUpScreen,
    "end": EndScreen,
}
AnyScreen = Annotated[
    Annotated[ChoiceScreen, Tag("choices")]
    | Annotated[ListScreen, Tag("list")]
    | Annotated[QuestionScreen, Tag("ask")]
    | Annotated[LookUpScreen, Tag("look_up")]
    | Annotated[EndScreen, Tag("end")],
    Discriminator(kind_of),
]


class JourneyFile(StrictModel):
    """One menu file, whole: what menus/schema.json describes."""

    title: Short
    ministry: Ministry = None
    shortcut: Annotated[str, text_pattern(r"^[1-9][0-9]{0,2}$", "un nombre de 1 à 999")] | None = Field(
        None, description="numéro gardé sur le premier écran, quoi qu'on ajoute avant"
    )
    words: dict[Short, dict[Name, Short] | None] = Field(
        default_factory=dict,
        description="mots qui ouvrent ce parcours par SMS ou messagerie, avec ce qu'ils répondent déjà",
    )
    beside: tuple[Short, ...] = Field(
        (),
        description="mots qui, à côté d'un numéro, ne changent rien à la réponse de ce parcours",
    )
    alone: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_pattern)] | None = Field(
        None, description="forme d'un numéro qui ouvre ce parcours quand il est seul dans un message"
    )
    survey: Target | None = Field(
        None,
        description="écran de trois choix, montré une fois par mois à qui quitte ce parcours après une réponse",
    )
    first: Name
    senses: dict[Text, Short] = Field(
        default_factory=dict,
        description="ce que veut dire un texte de ce fichier, quand il faut le préciser aux traducteurs",
    )
    screens: dict[Name, AnyScreen] = Field(min_length=1)


def choices_of(screen: ScreenFile) -> tuple[Choice, ...]:
    """Return the written options of a screen."""
    return screen.choices if isinstance(screen, ChoiceScreen | ListScreen) else ()


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a menu file, for editors."""
    return TypeAdapter(JourneyFile).json_schema()
