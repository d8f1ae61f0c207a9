"""Performs the effects of a dialogue: the only place where a hop waits for something other than its session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from state.conversation.deferred_answers import OutgoingMessages
from state.conversation.effects import (
    AskSource,
    CountUnknown,
    DeferLookup,
    Dialogue,
    MayAskOpinion,
    OptIn,
    OptOut,
    ReadPreference,
    ReleaseTry,
    ReserveTry,
    SendMessage,
)
from state.interfaces import Source
from state.preferences import Preferences
from state.rate_limit import RateLimits

T = TypeVar("T")


class EffectRunner:
    """Runs dialogues over the ports of a conversation; one object serves all hops."""

    def __init__(self, sources: Source, limits: RateLimits, preferences: Preferences, post: OutgoingMessages) -> None:
        self._performers: dict[type, Callable[[Any], Awaitable[Any]]] = {
            AskSource: lambda asked: sources.ask(asked.question, asked.answers),
            ReserveTry: lambda tried: limits.reserve(tried.question, tried.answers, tried.citizen),
            ReleaseTry: lambda tried: limits.release(tried.reserved),
            CountUnknown: lambda tried: limits.count_unknown(tried.question, tried.answers, tried.citizen),
            MayAskOpinion: lambda asked: limits.may_ask_opinion(asked.citizen),
            ReadPreference: lambda read: preferences.of(read.citizen),
            SendMessage: lambda sent: post.send(sent.key, sent.to, sent.text, sent.basis),
            DeferLookup: lambda deferred: post.promise(deferred.request),
            OptIn: lambda started: post.resume(started.citizen),
            OptOut: lambda stopped: post.stop(stopped.citizen),
        }

    async def run(self, dialogue: Dialogue[T]) -> T:
        """Perform the effects one after the other; returns the dialogue's result.

        The error of an effect is raised inside the dialogue, at the effect.
        """
        performers = self._performers
        try:
            effect = next(dialogue)
            while True:
                try:
                    result = await performers[type(effect)](effect)
                except Exception as error:
                    effect = dialogue.throw(error)
                else:
                    effect = dialogue.send(result)
        except StopIteration as end:
            value: T = end.value
            return value
