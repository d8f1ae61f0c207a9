"""The state machine of a menu version: its states are screens, its triggers are inputs and outcomes.

One Machine serves every session: a session is passed to `events[trigger].trigger(...)` and never added as a model, so a
transition takes microseconds (adding a model to a machine of 200 screens costs a hundred times as much). There are no
callbacks: code waits between transitions only, and no text of a menu file reaches a place where transitions would
import a name.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from transitions import Event, Machine, MachineError

from state.session import Session

logging.getLogger("transitions").setLevel(logging.WARNING)  # it logs every transition at INFO


class CallbackFreeEvent(Event):
    """A trigger without callbacks: looking for callbacks is most of the cost of the original one."""

    def trigger(self, model: Any, *args: Any, **kwargs: Any) -> bool:
        """Move the model along its transition. Raises MachineError if there is none."""
        ways = self.transitions.get(model.screen)
        if not ways:
            raise MachineError(f"no {self.name!r} from {model.screen!r}")
        model.screen = ways[0].dest
        return True


class ScreenMachine(Machine):
    """The machine of a menu; its triggers are CallbackFreeEvents."""

    event_cls = CallbackFreeEvent


class NoTransition(Exception):
    """The screen has no transition for this trigger."""


def build(screens: Iterable[str], first: str, moves: Iterable[tuple[str, str, str]]) -> Machine:
    """Build the machine of these (trigger, from, to) transitions, in milliseconds: once per menu, never per hop."""
    return ScreenMachine(
        model=None,
        model_attribute="screen",
        initial=first,
        states=list(screens),
        transitions=[list(move) for move in moves],
        auto_transitions=False,
    )


def destination(machine: Machine, screen: str, trigger: str) -> str:
    """Return the screen that a trigger leads to."""
    ways: Any = machine.events[trigger].transitions[screen]
    return str(ways[0].dest)


def fire(machine: Machine, session: Session, trigger: str) -> None:
    """Move the session along the transition of this trigger. Raises NoTransition if there is none."""
    events: dict[str, Any] = machine.events
    try:
        events[trigger].trigger(session)
    except (KeyError, MachineError) as stuck:
        raise NoTransition(f"no {trigger!r} from {session.screen}") from stuck
