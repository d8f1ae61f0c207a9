"""Messages that an option requests: the text of a screen at once, or the answer of a look-up when it is available.

A caller gets an SMS; a citizen who writes gets a message on the same channel. Zin stores the message before it shows a
screen that announces it. A citizen who opted out or reached the hourly limit sees the reason instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog

from state.conversation.deferred_answers import DeferredRequest, RequestResult
from state.conversation.effects import DeferLookup, Dialogue, SendMessage
from state.conversation.input import ParsedInput
from state.errors import SourceUnavailable, Unstorable
from state.interfaces import ChannelKind, Question, Recipient, ScreenSize
from state.menu.model import Menu
from state.rendering.render import marked, value_resolver
from state.session import Session
from state.text.answer_forms import canonical_answers
from state.text.page_format import paper

# A text of any length is one message; an SMS gateway sends it in as many parts as it needs.
LETTERS: Final[dict[ChannelKind, ScreenSize]] = {"sms": ScreenSize("sms", 0, 0), "chat": ScreenSize("chat", 0, 0)}
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """The address and pseudonym that request a message; the key is the same if the same input is processed again."""

    key: str
    to: Recipient
    asker: str


def request_message(menu: Menu, session: Session, parsed: ParsedInput, by: MessageRequest) -> Dialogue[str]:
    """Request the option's message; returns the text to show if that is refused, else ""."""
    wanted = parsed.notifies or parsed.sends
    question = menu.screens[wanted].question
    try:
        result: RequestResult = yield (
            DeferLookup(_deferred_request(session, parsed, by, question))
            if question
            else SendMessage(by.key, by.to, message_text(menu, session, wanted, by.to.gateway), session.basis)
        )
    except (SourceUnavailable, Unstorable) as down:
        log.warning("message not kept", why=str(down))
        return menu.phrases.unsent
    phrases = menu.phrases
    return {"kept": "", "stopped": phrases.refused, "enough": phrases.enough, "full": phrases.full}[result]


def _deferred_request(session: Session, parsed: ParsedInput, by: MessageRequest, question: Question) -> DeferredRequest:
    answers = canonical_answers(question, session.answers)  # an old session may have another form
    return DeferredRequest(
        key=by.key,
        kind="changes" if parsed.notifies else "answer",
        to=by.to,
        language=session.language.chosen,
        screen=parsed.notifies or parsed.sends,
        answers={name: answers[name] for name in question.needs},
        shown={name: session.shown.get(name, "") for name in question.needs},
        seen=session.facts_digest() if parsed.notifies else "",
        asker=by.asker,
        topic=f"{question.name}:{answers.get(question.topic, '')}" if question.topic else "",
        look_seconds=question.look_seconds,
        consent=parsed.label,
        subject=f"{question.name}:{answers[question.reference]}" if parsed.notifies and question.reference else "",
    )


def message_text(menu: Menu, session: Session, screen: str, gateway: str, under: str = "") -> str:
    """Return a screen's text as a message: no options, `under` below it, in as few parts as the language allows."""
    kind: ChannelKind = "sms" if gateway == "sms" else "chat"
    wanted = menu.screens[screen]
    text = marked(wanted, session, kind, wanted.says[kind].fill(value_resolver(menu, session)))
    whole = "\n".join(filter(None, (" ".join(line.split()) for line in (*text.split("\n"), under))))
    return paper(menu.wording.language, LETTERS[kind]).sheet(whole).write(whole)
