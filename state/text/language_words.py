"""Words of a language that citizens type beside what they ask: courtesy, joining words, STOP, months, its own names.

They are data of locales/languages.yaml. A citizen mixes languages in one message, so the words of all languages count
together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from state.text.search import EMPTY_WORDS, Typed, plain

FIELDS: Final = ("courtesy", "joining", "born", "stop", "start", "thanks", "insults")
WORDS: Final = ("courtesy", "joining", "born", "insults")  # of which each word counts, not the phrase
SIGNS_OF_THANKS: Final = frozenset("🙏👍👏🤝❤😊🙂")
_REPEATED: Final = re.compile(r"(.)\1+")
Meaning = Literal["", "stop", "start", "merci", "insulte"]


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """The words by what they do, in plain form (state/text/search.py); stop, start and thanks are whole phrases.

    courtesy and joining words stand beside an answer and are no part of it: « svp », « numéro ». born words introduce a
    year of birth: « né », « vers ». names has the code of
    a language by each of its names, months the number of a month. fillers are all words that say nothing of their own
    beside an answer.
    """

    courtesy: frozenset[str] = frozenset()
    joining: frozenset[str] = frozenset()
    born: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset({"stop"})
    start: frozenset[str] = frozenset({"start"})
    thanks: frozenset[str] = frozenset()
    insults: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    months: Mapping[str, int] = field(default_factory=dict)
    fillers: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Join the fillers once, because every message needs them."""
        object.__setattr__(self, "fillers", self.courtesy | self.joining | EMPTY_WORDS)

    def meaning_of(self, typed: Typed) -> Meaning:
        """Return what a message says if it says only one of these things; a text that only contains a word does not."""
        if typed.plain in self.thanks or (typed.raw and SIGNS_OF_THANKS.issuperset(_signs(typed.raw))):
            return "merci"
        phrase = " ".join(word for word in typed.plain.split() if word not in self.courtesy)
        spellings = {*_spellings(typed.plain), *_spellings(phrase)}
        if not self.stop.isdisjoint(spellings):
            return "stop"
        if not self.start.isdisjoint(spellings):
            return "start"
        telling = [word for word in typed.plain.split() if word not in self.fillers]
        return "insulte" if telling and self.insults.issuperset(telling) else ""

    def language_in(self, text: str) -> str:
        """Return the code of the language whose name is all that a plain text says; "" for none."""
        name = " ".join(word for word in text.split() if word in self.names or word not in self.fillers)
        return self.names.get(name, "")


NO_WORDS: Final = LanguageWords()


def words_of(
    code: str, names: Iterable[str], months: Mapping[int, Iterable[str]], **by: Iterable[str]
) -> LanguageWords:
    """Return the words of one language as written in its row; `by` has the lists of FIELDS."""
    lists = {name: frozenset(plain(word) for word in by.get(name, ())) - {""} for name in FIELDS}
    single = {name: frozenset(word for phrase in lists[name] for word in phrase.split()) for name in WORDS}
    for name in ("stop", "start"):  # the words that every gateway knows
        lists[name] |= {name, *(_REPEATED.sub(r"\1", phrase) for phrase in lists[name])}
    return LanguageWords(
        **{**lists, **single},
        names={plain(name): code for name in names},
        months={plain(month): number for number, written in months.items() for month in written},
    )


def merge(every: Iterable[LanguageWords]) -> LanguageWords:
    """Return the words of all these languages together; the first language keeps a name that two have."""
    known = list(every)
    return LanguageWords(
        **{name: frozenset[str]().union(*(getattr(one, name) for one in known)) for name in FIELDS},
        names={name: code for one in reversed(known) for name, code in one.names.items()},
        months={month: number for one in reversed(known) for month, number in one.months.items()},
    )


def _spellings(phrase: str) -> Iterator[str]:
    """Yield a phrase, and what it is without typing habits: `S T O P`, `STOPP`, `ST0P`, `stop stop`."""
    yield phrase
    words = phrase.split()
    if len(set(words)) == 1:
        yield words[0]
    joined = "".join(words) if len(words) > 1 and all(len(word) == 1 for word in words) else phrase
    yield joined
    yield joined.replace("0", "o")
    if not any(sign.isdigit() for sign in joined):
        yield _REPEATED.sub(r"\1", joined)


def _signs(text: str) -> set[str]:
    """Return the signs of a text without spaces, colours of skin and what makes a sign a picture."""
    return {
        sign for sign in text if not sign.isspace() and not "\U0001f3fb" <= sign <= "\U0001f3ff" and sign != "\ufe0f"
    }
