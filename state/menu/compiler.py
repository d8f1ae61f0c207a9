"""Compiles journeys as written to a menu that can be served.

compile_menu turns journeys without problems into a Menu, once for each language: the texts differ, transitions and
numbers do not. The files are not read again until the next version. Numbers follow the order of the file. On the first
screen a journey's shortcut is its number, so that a dialled `*code*3#` and a typed 3 lead to the same journey, even if
options are added above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from state.interfaces import ChannelKind, Form
from state.menu.answer_patterns import DATED, compile_pattern, longest
from state.menu.back_links import back_links
from state.menu.journeys import Journeys
from state.menu.lint.rule import Questions
from state.menu.machine import build, destination
from state.menu.model import KINDS, FreeInput, ListOptions, Menu, Screen
from state.menu.options import options_of, with_variants
from state.menu.phrases import Phrases, sense_of
from state.menu.schema import EndScreen, ListScreen, LookUpScreen, QuestionScreen, ScreenFile
from state.text.answer_forms import forms_of
from state.text.language_words import NO_WORDS, LanguageWords
from state.text.pagination import Footer
from state.text.template import PluralTemplate, Template
from state.text.translations import Translator
from state.yaml_files.types import Counted, Say, SayByChannel, TextOrPlural


def machine_of(journeys: Journeys) -> Any:
    """Build the machine that moves the sessions of every language."""
    return build(journeys.screens, journeys.start, sorted(set(_edges(journeys))))


def compile_menu(
    journeys: Journeys, questions: Questions, wording: Translator, machine: Any, typed: LanguageWords = NO_WORDS
) -> Menu:
    """Compile journeys without problems to the menu of one language; typed are the words of all languages."""
    assert journeys.phrases is not None, "lint first"
    translated = {
        name: wording.translate(phrase, sense_of(name)) for name, phrase in journeys.phrases.model_dump().items()
    }
    phrases = journeys.phrases.model_copy(update=translated)
    made = _Screens(journeys, questions, forms_of(questions), wording, phrases, typed, _returned_to(journeys, machine))
    gives = (item for question in questions.values() for item in question.gives.items())
    return Menu(
        version=journeys.version,
        first=journeys.start,
        languages=journeys.languages,
        screens={name: made.screen(name, screen) for name, screen in journeys.screens.items()},
        phrases=phrases,
        facts={name: fact for name, fact in gives if fact.kind != "text"},
        wording=wording,
        machine=machine,
        typed=typed,
        beside={name: typed.fillers | journey.beside for name, journey in journeys.files.items()},
        surveys=journeys.surveys,
    )


def recompile_screens(menu: Menu, journeys: Journeys, questions: Questions, names: Iterable[str]) -> Menu:
    """Return a compiled menu with these screens as the journeys have them; their transitions are those of the menu."""
    back = _returned_to(journeys, menu.machine)
    made = _Screens(journeys, questions, forms_of(questions), menu.wording, menu.phrases, menu.typed, back)
    changed = {name: made.screen(name, journeys.screens[name]) for name in names}
    return replace(menu, screens={**menu.screens, **changed})


def _edges(journeys: Journeys) -> Iterator[tuple[str, str, str]]:
    for name, ways in journeys.graph.items():
        yield from ((trigger, name, to) for trigger, to in ways)
    for name, back in back_links(journeys).items():
        yield "back", name, back
        yield "home", name, journeys.start
        yield "language", name, journeys.languages


def _returned_to(journeys: Journeys, machine: Any) -> frozenset[str]:
    """Return the screens to which Back leads from some other, and that of languages, where a word leads from all."""
    visible = (name for name, screen in journeys.screens.items() if not isinstance(screen, LookUpScreen))
    return frozenset((journeys.languages, *(destination(machine, name, "back") for name in visible)))


@dataclass(frozen=True, slots=True)
class _Screens:
    """Compiles the screens of one language; returned_to are the screens to which Back leads."""

    journeys: Journeys
    questions: Questions
    forms: Mapping[str, Form]
    wording: Translator
    phrases: Phrases
    typed: LanguageWords
    returned_to: frozenset[str]

    def screen(self, name: str, screen: ScreenFile) -> Screen:
        """Compile one screen."""
        if isinstance(screen, LookUpScreen):
            return Screen(name, {}, Footer("", ""), question=self.questions[screen.look_up.question])
        phrases, say = self.phrases, self._say(name)
        keyless = name == self.journeys.start or isinstance(screen, EndScreen)
        footer = Footer(f"98 {phrases.more}", "" if keyless else f"0 {phrases.back}\n00 {phrases.home}")
        parts: dict[str, Any] = {"options": options_of(self.journeys, name, screen, say)}
        match screen:
            case ListScreen(listing=listing):
                parts["question"] = question = self.questions[listing.question]
                is_alone = question.is_search or not (screen.choices or name in self.returned_to)
                parts["rows"] = ListOptions(Template.of(say(listing.label)), listing.keep, is_alone)
            case QuestionScreen(ask=ask):
                form = self.forms.get(ask.keep, "text")
                parts["free_input"] = FreeInput(
                    ask.keep,
                    compile_pattern(ask.like, form, self.typed),
                    Template.of(say(ask.hint)),
                    ask.longest or longest(ask.like),
                    form,
                    is_day=ask.like in DATED,
                    is_reference=any(question.reference == ask.keep for question in self.questions.values()),
                )
            case EndScreen():
                parts["ends"] = True
        made = Screen(name, self._says(name, screen.say), footer, private=screen.private, **parts)
        return with_variants(made, is_first=name == self.journeys.start) if made.options else made

    def _says(self, name: str, say: Say) -> Mapping[ChannelKind, Template | PluralTemplate]:
        if not isinstance(say, SayByChannel):
            return dict.fromkeys(KINDS, self._said(name, say))
        by_kind: dict[ChannelKind, TextOrPlural | None] = {kind: getattr(say, kind) for kind in KINDS}
        usual: TextOrPlural = next((text for text in by_kind.values() if text), "")
        return {kind: self._said(name, text or usual) for kind, text in by_kind.items()}

    def _said(self, name: str, text: TextOrPlural) -> Template | PluralTemplate:
        senses = self._senses(name)
        if isinstance(text, Counted):
            return PluralTemplate(text.number, self.wording.ngettext(text.one, text.other, senses.get(text.one, "")))
        return Template.of(self.wording.translate(text, senses.get(text, "")))

    def _say(self, name: str) -> Callable[[str], str]:
        senses = self._senses(name)
        return lambda text: self.wording.translate(text, senses.get(text, ""))

    def _senses(self, name: str) -> Mapping[str, str]:
        return self.journeys.files[name.partition(".")[0]].senses
