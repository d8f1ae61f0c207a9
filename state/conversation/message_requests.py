"""What an option asks to be sent: a screen's words as a message, now, or a look-up's answer, when it can be had.

A citizen who calls is written to by SMS, one who writes is answered where the message came from. Nothing is promised on
a screen that was not kept first: who wants no messages, or caused as many as one may within an hour, is told so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog

from state.conversation.deferred_answers import DeferredRequest, OutgoingMessages, RequestResult
from state.conversation.input import ParsedInput
from state.errors import SourceUnavailable, Unstorable
from state.interfaces import ChannelKind, Recipient, ScreenSize
from state.menu.model import Menu
from state.rendering.render import marked, value_resolver
from state.session import Session
from state.text.answer_forms import canonical_answers
from state.text.page_format import paper

# Whatever its length it is one message, which an SMS gateway sends in as many parts as it needs.
LETTERS: Final[dict[ChannelKind, ScreenSize]] = {"sms": ScreenSize("sms", 0, 0), "chat": ScreenSize("chat", 0, 0)}
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """Who asks for a message, by address and by name; the key is the same when the same input is heard again."""

    key: str
    to: Recipient
    asker: str


class MessageRequests:
    """Asks the post for what citizens ask for."""

    def __init__(self, post: OutgoingMessages) -> None:
        self._post = post

    async def ask(self, menu: Menu, session: Session, heard: ParsedInput, by: MessageRequest) -> str:
        """Have this sent; gives what to say instead of going on when it cannot be."""
        try:
            kept = await self._asked(menu, session, heard, by)
        except (SourceUnavailable, Unstorable) as down:
            log.warning("message not kept", why=str(down))
            return menu.phrases.unsent
        phrases = menu.phrases
        return {"kept": "", "stopped": phrases.refused, "enough": phrases.enough, "full": phrases.full}[kept]

    async def _asked(self, menu: Menu, session: Session, heard: ParsedInput, by: MessageRequest) -> RequestResult:
        wanted = heard.notifies or heard.sends
        question = menu.screens[wanted].question
        if question is None:
            return await self._post.send(
                by.key, by.to, message_text(menu, session, wanted, by.to.gateway), session.basis
            )
        answers = canonical_answers(question, session.answers)  # a session may be older than its form
        return await self._post.promise(
            DeferredRequest(
                key=by.key,
                kind="changes" if heard.notifies else "answer",
                to=by.to,
                language=session.language,
                screen=wanted,
                answers={name: answers[name] for name in question.needs},
                shown={name: session.shown.get(name, "") for name in question.needs},
                seen=session.facts_digest() if heard.notifies else "",
                asker=by.asker,
                topic=f"{question.name}:{answers.get(question.topic, '')}" if question.topic else "",
                consent=heard.label,
            )
        )


def message_text(menu: Menu, session: Session, screen: str, gateway: str, under: str = "") -> str:
    """What a screen says, as a message: without options, this under it, in as few parts as the language allows."""
    kind: ChannelKind = "sms" if gateway == "sms" else "chat"
    wanted = menu.screens[screen]
    said = marked(wanted, session, kind, wanted.says[kind].fill(value_resolver(menu, session)))
    whole = "\n".join(filter(None, (" ".join(line.split()) for line in (*said.split("\n"), under))))
    return paper(menu.wording.language, LETTERS[kind]).sheet(whole).write(whole)
