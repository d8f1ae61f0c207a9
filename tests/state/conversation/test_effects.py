"""A dialogue without an event loop: what it asks for, in order, and what it does with each result or error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from settings import Settings
from state.conversation.effects import (
    AskSource,
    CountUnknown,
    Dialogue,
    Effect,
    ReadPreference,
    ReleaseTry,
    ReserveTry,
)
from state.conversation.hop import HopContext
from state.conversation.lookups import LookupRunner
from state.conversation.navigation import Navigator
from state.conversation.session_lifecycle import SessionLifecycle
from state.conversation.trace import HopTrace
from state.conversation.ussd import UssdDialogue
from state.errors import SourceUnavailable, StoreUnavailable
from state.identity import Pseudonyms
from state.interfaces import Inbound, Outcome, Question
from state.menu.active_versions import ActiveMenus
from state.preferences import Preference
from state.rate_limit import Reserved, TooManyGuesses
from state.session import Session
from tests.support.conversation import SMALL, SMALL_LOCALES, USSD, Market, edition

SETTINGS = Settings(_env_file=None)
LANGUAGES = Outcome("found", rows=({"id": "fr", "name": "Français"}, {"id": "aa", "name": "Ɔkɛ"}))
PRICE = Outcome("found", {"cost": "3000", "day": "2026-03-05"})
SECRET = Outcome("found", {"secret": "le baobab"})
ROWS = Outcome("found", rows=({"id": "m", "name": "Mangue"}, {"id": "p", "name": "Papaye"}))
UNKNOWN = Outcome("unknown")
SOURCE = {"fruits.all": ROWS, "fruits.price": PRICE, "secret.word": SECRET, "languages.offered": LANGUAGES}
RESERVED = Reserved("fingerprint", ["a key"])


def perform(dialogue: Dialogue[Any], results: Mapping[type, Any]) -> list[Effect]:
    """Give each effect the result of its type, or raise it; return the effects in order."""
    effects: list[Effect] = []
    try:
        effect = next(dialogue)
        while True:
            effects.append(effect)
            result = SOURCE[effect.question] if isinstance(effect, AskSource) else results.get(type(effect))
            result = results.get(type(effect), result)
            effect = dialogue.throw(result) if isinstance(result, Exception) else dialogue.send(result)
    except StopIteration:
        return effects


def dial(inputs: str, results: Mapping[type, Any], known: Preference | None = None) -> Any:
    """Dial these inputs at once; return the session, the effects and the chosen preferences."""
    menus = ActiveMenus(edition(SMALL, Market.questions, SMALL_LOCALES), 86_400, lambda: 0.0)
    names, sessions = Pseudonyms(SETTINGS.secrets.pepper), SessionLifecycle(menus, SETTINGS)
    dialogue = UssdDialogue(sessions, Navigator(menus, LookupRunner()))
    inbound = Inbound("test", "+2290190000001", "call", inputs, inputs_are_cumulative=True)
    session, typed = sessions.resume_or_start(None, inbound, 0.0)
    hop = HopContext(inbound, "citizen", USSD, HopTrace("test", None), names, [], known)
    effects = perform(dialogue.process(session, typed, hop), {ReadPreference: Preference("fr"), **results})
    return session, effects, hop.chosen


CALLS = [  # inputs   results   effects   words of the screen
    ("7*1*3", {}, [ReadPreference, AskSource, AskSource], "3 000 F"),
    ("1*x", {ReserveTry: RESERVED}, [ReadPreference, ReserveTry, AskSource, ReleaseTry], "le baobab"),
    ("1*x", {ReserveTry: RESERVED, AskSource: UNKNOWN}, [ReadPreference, ReserveTry, AskSource], "Mauvais code"),
    ("1*x", {ReserveTry: TooManyGuesses("guessing", 9.0, 0.0)}, [ReadPreference, ReserveTry], "Trop d"),
    ("1", {ReadPreference: SourceUnavailable("down")}, [ReadPreference], "Le code ?"),
    ("", {ReadPreference: Preference()}, [ReadPreference, AskSource], "Langue ?"),
]  # fmt: skip


@pytest.mark.parametrize(("inputs", "results", "effects", "words"), CALLS)
def test_call_yields_these_effects(inputs: str, results: Any, effects: list[type], words: str) -> None:
    session, yielded, _ = dial(inputs, results)
    assert [type(one) for one in yielded] == effects
    assert words in session.text


CALL = Pseudonyms(SETTINGS.secrets.pepper).of("call\0test\0+2290190000001\0call")
CHOICES = [  # inputs   known in the store   effects   chosen   words of the screen
    ("", None, [ReadPreference, AskSource], [Preference("", CALL)], "Langue ?"),
    ("", Preference(), [AskSource], [Preference("", CALL)], "Langue ?"),
    ("", Preference("aa"), [], [], "O we"),
    ("2", Preference("", CALL), [AskSource], [Preference("aa", CALL)], "O we"),
    ("LANGUE*2*LANGUE*1", Preference("aa"), [AskSource] * 2, [Preference("aa"), Preference("fr")], "Bienvenue"),
]


@pytest.mark.parametrize(("inputs", "known", "effects", "chosen", "words"), CHOICES)
def test_preference_known_in_the_store_is_not_read_in_sql(
    inputs: str, known: Preference | None, effects: list[type], chosen: list[Preference], words: str
) -> None:
    session, yielded, choices = dial(inputs, {ReadPreference: Preference()}, known)
    assert [type(one) for one in yielded] == effects
    assert (choices, words in session.text) == (chosen, True)


def test_unknown_public_number_is_counted() -> None:
    questions = dict(Market.questions)
    asked = questions["fruits.price"]
    questions["fruits.price"] = Question(asked.name, asked.needs, asked.gives, guess_range_field="many")
    menus = ActiveMenus(edition(SMALL, questions), 86_400, lambda: 0.0)
    menu = menus.current.menu("fr")
    session = Session("fruits.price", menus.current.version, "call", 0.0, answers={"fruit": "m", "many": "3"})
    effects = perform(LookupRunner().run(menu, session, "citizen"), {AskSource: UNKNOWN})
    assert effects == [
        AskSource("fruits.price", {"fruit": "m", "many": "3"}),
        CountUnknown(questions["fruits.price"], {"fruit": "m", "many": "3"}, "citizen"),
    ]
    assert session.screen == "fruits.none"


def test_unhandled_error_ends_the_dialogue() -> None:
    with pytest.raises(StoreUnavailable, match="gone"):
        dial("1*x", {ReserveTry: StoreUnavailable("gone")})


def test_effects_print_no_answer() -> None:
    answers = {"code": "sésame"}
    question = Market.questions["secret.word"]
    effects = [AskSource("a", answers), ReserveTry(question, answers, "c"), CountUnknown(question, answers, "c")]
    assert "sésame" not in repr(effects)
