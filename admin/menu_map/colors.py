"""Colors of the screens on the map, each with a sign and words, so that color is never the only information."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from admin.menu_map.screen_status import EditionStatus
from analytics.repository import Passage
from reporting.french import format_count, format_number
from state.errors import Problem
from state.menu.schema import LookUpScreen

Level = Literal["good", "some", "bad", "none"]
BEGUN: Final = 0.1  # the share of all texts of the menus from which a language is judged
LOST: Final = (0.2, 0.5)  # the share of those who stopped on a screen from which it is some, and many


@dataclass(frozen=True, slots=True)
class Mark:
    """A level with its color, sign and words; more holds details."""

    level: Level
    says: str
    more: tuple[str, ...] = ()

    @property
    def sign(self) -> str:
        """Return the sign of the level."""
        return SIGNS[self.level]


SIGNS: Final[Mapping[Level, str]] = {"good": "✓", "some": "!", "bad": "✗", "none": "·"}
MarkFunction = Callable[[Iterable[str]], Mark]  # of one screen, or of several together


@dataclass(frozen=True, slots=True)
class Aspect:
    """One way to color the map: its name in the address, its title, and the meaning of each level."""

    name: str
    title: str
    legend: Mapping[Level, str]


PROBLEMS: Final = Aspect(
    "problemes", "Problèmes",
    {"good": "rien à corriger", "some": "un avertissement : cela marche, mais relisez", "bad": "à corriger"},
)  # fmt: skip
LANGUAGES: Final = Aspect(
    "langues", "Langues",
    {"good": "traduit en entier dans toutes les langues commencées",
     "some": "traduit en entier dans la moitié au moins",
     "bad": "traduit en entier dans moins de la moitié des langues", "none": "rien à traduire"},
)  # fmt: skip
TRAFFIC: Final = Aspect(
    "passage", "Passage",
    {"good": "moins d'une personne sur cinq s'arrête ici", "some": "d'une personne sur cinq à la moitié s'arrêtent ici",
     "bad": "la moitié ou plus s'arrêtent ici", "none": "personne n'est venu, ou l'écran est le but du parcours"},
)  # fmt: skip
ASPECTS: Final = {aspect.name: aspect for aspect in (PROBLEMS, LANGUAGES, TRAFFIC)}


def problem_marks(found: EditionStatus, broken: Mapping[str, Sequence[Problem]]) -> MarkFunction:
    """Return marks by problems in the files now, and by warnings of the active edition."""

    def mark(screens: Iterable[str]) -> Mark:
        names = list(screens)
        wrong = [str(one) for name in names for one in broken.get(name, ())]
        warned = [str(one) for name in names for one in found.warnings.get(name, ())]
        if wrong:
            return Mark("bad", f"{len(wrong)} à corriger", (*wrong, *warned))
        return (
            Mark("some", _many(len(warned), "avertissement"), tuple(warned))
            if warned
            else Mark("good", "rien à corriger")
        )

    return mark


def language_marks(found: EditionStatus) -> MarkFunction:
    """Return marks by the number of languages that are completely translated, of those that are well begun."""
    named = {code: wording.language.name for code, wording in found.edition.wordings.items()}
    every = _counts(found, found.words)
    begun = {code for code, (texts, translated, _) in every.items() if translated >= BEGUN * texts}

    def mark(screens: Iterable[str]) -> Mark:
        counts = _counts(found, screens)
        if not any(texts for texts, _, _ in counts.values()):
            return Mark("none", "rien à traduire")
        judged = counts.keys() & begun or counts.keys()
        whole = sum(counts[code][0] == counts[code][1] for code in judged)
        more = (f"{named[code]} : {translated} textes sur {texts}, dont {reviewed} relus ou attestés"
                f"{'' if code in judged else ' ; à peine commencé, ne compte pas'}"
                for code, (texts, translated, reviewed) in counts.items())  # fmt: skip
        return Mark(_level(whole, len(judged)), f"{format_count(whole, 'langue')} sur {len(judged)}", tuple(more))

    return mark


def _counts(found: EditionStatus, screens: Iterable[str]) -> Mapping[str, tuple[int, int, int]]:
    """Return the texts of these screens by language, those translated, and those reviewed."""
    counts: dict[str, tuple[int, int, int]] = {}
    for code, one in (item for name in screens for item in found.words[name].items()):
        texts, translated, reviewed = counts.get(code, (0, 0, 0))
        counts[code] = (texts + one.texts, translated + one.translated, reviewed + one.reviewed)
    return counts


def traffic_marks(found: EditionStatus, passed: Mapping[str, Passage]) -> MarkFunction:
    """Return marks by the number of visits, and of those that went no further."""

    def mark(screens: Iterable[str]) -> Mark:
        names = [name for name in screens if name in passed and not _passes(found, name)]
        came = sum(passed[name].arrived for name in names)
        if not came:
            return Mark("none", "personne" if passed else "pas compté")
        given_up = sum(passed[name].given_up for name in names)
        missed = sum(passed[name].missed for name in names)
        more = (
            format_count(came, "passage"),
            f"{format_number(given_up)} sans suite",
            format_count(missed, "réponse mal tapée", "réponses mal tapées"),
        )
        if all(passed[name].is_goal for name in names):
            return Mark("none", f"{format_count(came, 'venu')}, but atteint", more)
        share = given_up / came
        level: Level = "good" if share < LOST[0] else "some" if share < LOST[1] else "bad"
        return Mark(level, f"{format_count(came, 'venu')}, {share:.0%} arrêtés".replace("%", "\u202f%"), more)

    return mark


def _level(whole: int, many: int) -> Level:
    if whole == many:
        return "good"
    return "some" if whole * 2 >= many else "bad"


def _many(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"


def _passes(found: EditionStatus, name: str) -> bool:
    """Return whether citizens never see the screen: a look-up, or a removed screen."""
    return isinstance(found.edition.journeys.screens.get(name), LookUpScreen | None)
