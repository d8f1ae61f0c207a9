"""Screens as operators write them: what is said, what may be answered, where each answer leads.

One file is one journey. A screen is of one of five kinds, told by its one key: choices, list, ask, look_up, or none of
these (an end). These shapes are also what menus/schema.json is made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Field, StringConstraints, Tag, TypeAdapter

from state.loader import Shape, form

Name = Annotated[str, form(r"^[a-z][a-z0-9_]*$", "un nom en minuscules sans accent ni espace", most=40)]
Target = Annotated[str, form(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", "le nom d'un écran, ou parcours.écran", most=81)]
QuestionName = Annotated[str, form(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", "une question comme exams.result")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]

KINDS = ("choices", "list", "ask", "look_up")
UNAVAILABLE = "home.unavailable"  # where a list leads whose source does not answer, unless the operator says otherwise


class SayByChannel(Shape):
    """What is said, by kind of channel; a kind without a text of its own takes the first that is there."""

    ussd: Text | None = None
    sms: Text | None = None
    chat: Text | None = None


Say = Annotated[
    Annotated[SayByChannel, Tag("by_channel")] | Annotated[Text, Tag("text")],
    Discriminator(lambda said: "by_channel" if isinstance(said, dict | SayByChannel) else "text"),
]


class Choice(Shape):
    """One numbered option: its label, where it leads, and what choosing it answers."""

    label: Short
    to: Target
    keep: dict[Name, Short] = Field(default_factory=dict)


class Listing(Shape):
    """Options that a source gives: each row's label, under which name the chosen row's id is kept, where it leads."""

    question: QuestionName = Field(alias="from")
    label: Short
    keep: Name
    to: Target
    empty: Target
    late: Target = UNAVAILABLE
    unavailable: Target = UNAVAILABLE


class Asking(Shape):
    """A free answer: the name it is kept under, the form it must have, what to say when it has not, where it leads.

    like is a pattern over the whole answer (Python's re), or the word `date` for a day typed as JJMMAAAA.
    """

    keep: Name
    like: str = Field(min_length=1, max_length=200)
    hint: Short
    to: Target


class LookUp(Shape):
    """A question to a source; every other key is an outcome and the screen it leads to."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Target]
    question: QuestionName = Field(alias="from")

    @property
    def outcomes(self) -> Mapping[str, str]:
        return self.__pydantic_extra__


class _Shown(Shape):
    say: Say
    private: bool = Field(False, description="true: never shown again to who calls back after a cut call")
    back: Target | None = Field(None, description="where 0 leads, when more than one screen leads here")


class ChoiceScreen(_Shown):
    """Fixed numbered options."""

    choices: tuple[Choice, ...] = Field(min_length=1, max_length=97)


class ListScreen(_Shown):
    """Options from a source, any number, paged."""

    listing: Listing = Field(alias="list")


class QuestionScreen(_Shown):
    """Free input."""

    ask: Asking


class LookUpScreen(Shape):
    """No display: asks a source, and every outcome leads to a screen."""

    look_up: LookUp


class EndScreen(_Shown):
    """Says something and closes."""


def kind_of(written: Any) -> str:
    """The kind of a screen as written: its one key among the four, or "end"."""
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


class JourneyFile(Shape):
    """One menu file, whole: what menus/schema.json describes."""

    title: Short
    shortcut: Annotated[str, form(r"^[1-9][0-9]{0,2}$", "un nombre de 1 à 999")] | None = Field(
        None, description="number kept for this journey on the first screen, whatever is added before it"
    )
    words: dict[Short, dict[Name, Short] | None] = Field(
        default_factory=dict, description="words that open this journey by SMS or chat, with what they already answer"
    )
    first: Name
    screens: dict[Name, AnyScreen] = Field(min_length=1)


class Phrases(Shape):
    """menus/phrases.yaml: what Zin says by itself, on every journey."""

    back: Short = Field(description="beside 0")
    home: Short = Field(description="beside 00")
    more: Short = Field(description="beside 98")
    misheard: Short = Field(description="above a screen whose choice was mistyped")
    empty: Short = Field(description="above a screen when nothing was typed")
    cut: Short = Field(description="to who calls back after a cut call")
    carry_on: Short = Field(description="first choice then: take up where the call was cut")
    start_again: Short = Field(description="second choice then: the first screen")
    changed: Short = Field(description="above the first screen, when the menu changed and the old screen is gone")
    guessing: Text = Field(description="after too many wrong answers to a private question")
    sorry: Text = Field(description="when Zin itself cannot answer: says to call again")


def texts_of(screen: ScreenFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of a screen with its place in it, as operators wrote it."""
    if isinstance(screen, _Shown):
        if isinstance(screen.say, str):
            yield ("say",), screen.say
        else:
            yield from ((("say", kind), text) for kind, text in screen.say if text)
    if isinstance(screen, ChoiceScreen):
        yield from ((("choices", place, "label"), choice.label) for place, choice in enumerate(screen.choices))
    elif isinstance(screen, ListScreen):
        yield ("list", "label"), screen.listing.label
    elif isinstance(screen, QuestionScreen):
        yield ("ask", "hint"), screen.ask.hint


def schema() -> dict[str, Any]:
    """The JSON Schema of a menu file, for editors."""
    return TypeAdapter(JourneyFile).json_schema()
