"""Dialogue by USSD call: one input for each screen, or several inputs dialled with the code."""

from __future__ import annotations

from typing import Final

from state.conversation.effects import Dialogue
from state.conversation.hop import HopContext
from state.conversation.input import asks_language, bare_input, split_inputs
from state.conversation.language_choice import open_language_screen, start_in_language
from state.conversation.lookups import begin_screen
from state.conversation.message_path import follow_text, joined_with_pending
from state.conversation.navigation import Navigator, interpret
from state.conversation.remaining_text import RemainingText
from state.conversation.session_lifecycle import SessionLifecycle, answer_resume_prompt
from state.conversation.typed_words import TypedWords
from state.menu.model import Menu
from state.menu.schema import NOT_OFFERED
from state.rate_limit import TooManyGuesses
from state.rendering.render import refuse, render
from state.session import Session

MAX_SCREENS: Final = 8  # that one input may pass


class UssdDialogue:
    """Processes USSD calls; one object serves all of them."""

    def __init__(self, sessions: SessionLifecycle, navigator: Navigator) -> None:
        self._sessions, self._navigator, self._words = sessions, navigator, TypedWords(sessions, navigator)

    def process(self, session: Session, inputs: list[str], hop: HopContext) -> Dialogue[None]:
        """Process the inputs one after the other while they are understood, and render the screen they lead to."""
        facts = session.facts
        if session.hop == 0:
            yield from start_in_language(self._sessions.menus.current, session, hop, silent=not hop.inbound.text)
        menu, notice = self._sessions.menu_for(session)
        if session.language.awaiting_first and session.hop == 0 and not begin_screen(menu, session):
            yield from self._navigator.enter_screen(menu, session, hop)
        if notice or not inputs or session.hop == 0:
            yield from self._navigator.refresh_facts(menu, session, facts)
            render(menu, session, hop.room, notice)
        spoken, before = session.language.chosen, _inputs_already_processed(session, inputs, hop)
        hop = hop._replace(in_series=True) if len(inputs) > 1 else hop
        for place, typed in () if notice else enumerate(inputs, before):
            try:
                missed = yield from self._process_input(menu, session, bare_input(typed), hop, place)
            except TooManyGuesses as refused:
                refuse(menu, session, refused, hop.room)
                return
            if session.language.chosen != spoken:  # the input changed the language
                (menu, _), spoken = self._sessions.menu_for(session), session.language.chosen
            if (yield from self._navigator.refresh_facts(menu, session, facts)):
                missed = ""
            render(menu, session, hop.room, missed)
            if missed or session.closed or session.screen == NOT_OFFERED:  # the inputs behind it have nowhere to go
                return

    def _process_input(self, menu: Menu, session: Session, typed: str, hop: HopContext, place: int) -> Dialogue[str]:
        """Process one input at its place in the call; returns the notice to show if it means nothing on the screen."""
        is_asked = session.survey and not session.resume_prompted
        if is_asked and (yield from self._navigator.answer_survey(menu, session, typed, hop)):
            return ""
        if asks_language(typed):
            if open_language_screen(menu, session):
                yield from self._navigator.enter_screen(menu, session, hop)
            return ""
        if session.resume_prompted:
            return answer_resume_prompt(menu, session, typed)
        if session.chat.suggested:
            notice = yield from self._words.choose_suggestion(menu, session, typed, hop)
            if notice is not None:
                return notice
        parsed = interpret(menu, session, typed)
        if parsed is None:
            return (yield from self._process_words(menu, session, typed, hop, place))
        wishes = parsed.sends or parsed.notifies
        hop = hop._replace(place=place) if wishes else hop
        notice = yield from self._navigator.follow(menu, session, parsed, hop)
        if session.pending and not notice:
            notice = yield from self._words.follow_pending(menu, session, parsed, hop)
        return notice

    def _process_words(self, menu: Menu, session: Session, typed: str, hop: HopContext, place: int) -> Dialogue[str]:
        """Process an input of several words: `3*1*12345#` and `3 1 12345` in one, or words beside a number."""
        inputs = split_inputs(typed)
        is_split = len(inputs) > 1 and ("*" in typed or not menu.screens[session.screen].free_input)
        if is_split and interpret(menu, session, inputs[0]):
            hop = hop._replace(in_series=True)
            for one in inputs[:MAX_SCREENS]:
                if missed := (yield from self._process_input(menu, session, one, hop, place)):
                    return missed
            return ""
        pending, session.pending = session.pending, ""
        rest = RemainingText({}, joined_with_pending(typed, session, pending), is_opening=False)
        rest = yield from follow_text(self._navigator, menu, session, rest, hop._replace(place=place))
        if rest.passed:
            return rest.notice
        session.pending = pending
        return (yield from self._words.process(menu, session, typed, hop._replace(place=place)))


def _inputs_already_processed(session: Session, inputs: list[str], hop: HopContext) -> int:
    """Return how many inputs of the call came before these; the same number if a lost session starts again."""
    inbound = hop.inbound
    return inbound.text.count("*") + 1 - len(inputs) if inbound.inputs_are_cumulative else session.hop
