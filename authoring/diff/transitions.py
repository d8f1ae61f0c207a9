"""Transitions that differ between two versions: what is typed or answered, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from authoring.diff.changes import Change, screen_label, template_text
from authoring.diff.screens import options_by_action, shared_screens
from state.menu.machine import destination
from state.menu.model import Option, Screen
from state.menu.versions import MenuVersion
from state.text.languages import SOURCE

EVERYWHERE: Final = frozenset({"home", "language"})
TRIGGER_LABELS: Final = {
    "choice": "la ligne choisie",
    "answer": "la réponse",
    "back": "« 0 Retour »",
    "found": "« trouvé »",
    "unknown": "« inconnu »",
    "unpublished": "« pas encore publié »",
    "late": "« trop long »",
    "unavailable": "« indisponible »",
}


def changed_transitions(before: MenuVersion, after: MenuVersion) -> Iterator[tuple[str, Change]]:
    """Yield the screen and the change of each transition of a shared screen that is added, removed or leads
    elsewhere.
    """
    for name in shared_screens(before, after):
        ways = _Ways(before, after, name)
        for line in (*ways.options(), *ways.others()):
            yield name, line


class _Ways:
    """The transitions from one screen."""

    def __init__(self, before: MenuVersion, after: MenuVersion, name: str) -> None:
        self._before, self._after, self._name = before, after, name
        self._was: Screen = before.menus[SOURCE].screens[name]
        self._now: Screen = after.menus[SOURCE].screens[name]
        self._of = f"de {screen_label(after, name)}, "

    def options(self) -> Iterator[Change]:
        """Yield the changes of options."""
        was, now = options_by_action(self._was), options_by_action(self._now)
        gone = {_label(one): one for key, one in was.items() if key not in now}
        for key, option in now.items():
            old = was.get(key) or gone.pop(_label(option), None)
            if old is None:
                yield Change(f"{self._of}nouveau choix {_option_label(option)}, vers {self._to(option)}")
            elif key not in was:
                yield self._leads_elsewhere(old, option)
            elif old.number != option.number:
                yield Change(f"{self._of}{_option_label(old)} se tape maintenant {option.number}")
        for option in gone.values():
            yield Change(f"{self._of}le choix {_option_label(option)} n'existe plus (il menait à {self._led(option)})")

    def others(self) -> Iterator[Change]:
        """Yield the changes of all other transitions: an answer, a row of a list, back, and outcomes of a source."""
        triggers = dict.fromkeys(
            (*self._before.menus[SOURCE].machine.events, *self._after.menus[SOURCE].machine.events)
        )
        for trigger in triggers:
            if trigger in EVERYWHERE or trigger.startswith("choice "):
                continue
            was, now = _dest(self._before, self._name, trigger), _dest(self._after, self._name, trigger)
            if was == now:
                continue
            subject = f"{self._of}{TRIGGER_LABELS.get(trigger, f'« {trigger} »')}"
            led = screen_label(self._before, was) if was else ""
            if not now:
                yield Change(f"{subject} ne mène plus nulle part (avant : {led})")
            else:
                before = f" (avant : {led})" if was else ""
                yield Change(f"{subject} mène maintenant à {screen_label(self._after, now)}{before}")

    def _leads_elsewhere(self, old: Option, now: Option) -> Change:
        if _dest(self._after, self._name, now.trigger) == _dest(self._before, self._name, old.trigger):
            return Change(f"{self._of}{_option_label(now)} ne fait plus la même chose avant de mener à {self._to(now)}")
        return Change(f"{self._of}{_option_label(now)} mène maintenant à {self._to(now)} (avant : {self._led(old)})")

    def _to(self, option: Option) -> str:
        return screen_label(self._after, _dest(self._after, self._name, option.trigger))

    def _led(self, option: Option) -> str:
        return screen_label(self._before, _dest(self._before, self._name, option.trigger))


def _dest(edition: MenuVersion, screen: str, trigger: str) -> str:
    machine = edition.menus[SOURCE].machine
    event = machine.events.get(trigger)
    return destination(machine, screen, trigger) if event and event.transitions.get(screen) else ""


def _option_label(option: Option) -> str:
    return f"« {option.number} {_label(option)} »" if option.label else f"« {option.number} » (non affiché)"


def _label(option: Option) -> str:
    return template_text(option.label) if option.label else f"raccourci {option.trigger}"
