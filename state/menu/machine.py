"""The machine of one menu version: screens are its states, what citizens mean and what sources answer its triggers.

One Machine serves every session: a session is handed to `events[trigger].trigger(...)` and never added as a model,
which keeps a move at microseconds (adding one model to a machine of 200 screens costs a hundred times as much). There
are no callbacks: all waiting stands between two moves, and no text of a menu file comes near a slot in which
transitions would import what a string names.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from transitions import Event, Machine, MachineError

from state.session import Session

logging.getLogger("transitions").setLevel(logging.WARNING)  # it tells every move at INFO


class CallbackFreeEvent(Event):
    """A trigger that only moves: asking for callbacks that are never set is most of what a stock one costs."""

    def trigger(self, model: Any, *args: Any, **kwargs: Any) -> bool:
        ways = self.transitions.get(model.screen)
        if not ways:
            raise MachineError(f"no {self.name!r} from {model.screen!r}")
        model.screen = ways[0].dest
        return True


class ScreenMachine(Machine):
    """The machine of a menu, whose triggers are Meanings."""

    event_cls = CallbackFreeEvent


class NoTransition(Exception):
    """A trigger that leads nowhere from this screen."""


def build(screens: Iterable[str], first: str, moves: Iterable[tuple[str, str, str]]) -> Machine:
    """The machine of these (trigger, from, to) moves. Milliseconds: once a menu version, never a hop."""
    return ScreenMachine(
        model=None,
        model_attribute="screen",
        initial=first,
        states=list(screens),
        transitions=[list(move) for move in moves],
        auto_transitions=False,
    )


def destination(machine: Machine, screen: str, trigger: str) -> str:
    """The screen to which this trigger leads from that one."""
    ways: Any = machine.events[trigger].transitions[screen]
    return str(ways[0].dest)


def fire(machine: Machine, session: Session, trigger: str) -> None:
    """Move the session along the edge that this trigger names. Raises NoWay when there is none."""
    events: dict[str, Any] = machine.events
    try:
        events[trigger].trigger(session)
    except (KeyError, MachineError) as stuck:
        raise NoTransition(f"no {trigger!r} from {session.screen}") from stuck
