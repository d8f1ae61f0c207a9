"""What citizens notice first when a version comes into service: one line for each screen, the nearest to the first
screen first, then one for each group of services, new screens and translations.

    « Services publics » (home.welcome) : nouveau choix « 8 Impôts », vers « Quel impôt ? » ; 2 choix changent de numéro

The sections of authoring/diff/report.py have every difference by itself.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence

from authoring.diff.changes import Change, screen_label, screen_texts, template_text
from authoring.diff.screens import options_by_action, shared_screens
from authoring.diff.untranslated import translations_changed
from authoring.versions.cache import CompiledMenus
from reporting.french import format_count
from state.menu.machine import destination
from state.menu.model import Option, Screen
from state.menu.versions import MenuVersion
from state.text.languages import SOURCE

MOST_NAMED = 3  # entries of one kind that are named one by one


def highlights(was: CompiledMenus, now: CompiledMenus, entries: Sequence[Change]) -> list[str]:
    """Return the lines, the most noticeable first; entries are the changes of services, exams and steps."""
    before, after = was.edition, now.edition
    lines = [*_screens(before, after), *_new_and_gone(before, after), *_entries(entries)]
    return [*lines, *_translations(before, now)]


def _screens(before: MenuVersion, after: MenuVersion) -> Iterator[str]:
    shared = set(shared_screens(before, after))
    for name in _from_the_first(after):
        if name in shared and (noticed := list(_noticed(before, after, name))):
            yield f"{screen_label(after, name)} : {' ; '.join(noticed)}"


def _from_the_first(edition: MenuVersion) -> Iterator[str]:
    """Yield the screens by their distance from the first one, then those that nothing leads to."""
    screens, graph = edition.menus[SOURCE].screens, edition.journeys.graph
    found, waiting = {edition.first: None}, deque([edition.first])
    while waiting:
        for _, to in graph.get(waiting.popleft(), ()):
            if to in screens and to not in found:
                found[to] = None
                waiting.append(to)
    yield from dict.fromkeys((*found, *screens))


def _noticed(before: MenuVersion, after: MenuVersion, name: str) -> Iterator[str]:
    """Yield what is different on one screen, in French."""
    was, now = before.menus[SOURCE].screens[name], after.menus[SOURCE].screens[name]
    if screen_texts(was) != screen_texts(now):
        yield "le texte change"
    yield from _options(was, now, after)


def _options(was: Screen, now: Screen, after: MenuVersion) -> Iterator[str]:
    old, new = options_by_action(was), options_by_action(now)
    gone = {_label(one): one for key, one in old.items() if key not in new}
    moved = 0
    for key, option in new.items():
        present = old.get(key) or gone.pop(_label(option), None)
        if present is None:
            to = destination(after.menus[SOURCE].machine, now.name, option.trigger)
            yield f"nouveau choix « {option.number} {_label(option)} », vers {screen_label(after, to)}"
        elif key not in old:
            yield f"« {_label(option)} » mène ailleurs"
        elif _label(present) != _label(option):
            yield f"« {_label(present)} » devient « {_label(option)} »"
        moved += present is not None and present.number != option.number
    yield from (f"le choix « {label} » n'existe plus" for label in gone)
    if moved:
        yield f"{format_count(moved, 'choix change', 'choix changent')} de numéro"


def _new_and_gone(before: MenuVersion, after: MenuVersion) -> Iterator[str]:
    for edition, other, new in ((after, before, True), (before, after, False)):
        there = other.menus[SOURCE].screens
        names = [name for name, one in edition.menus[SOURCE].screens.items() if one.says and name not in there]
        for journey, many in Counter(name.partition(".")[0] for name in names).items():
            title = edition.journeys.files[journey].title
            what = ("nouvel écran", "nouveaux écrans") if new else ("écran retiré", "écrans retirés")
            yield f"« {title} » : {format_count(many, *what)}"


def _entries(changes: Sequence[Change]) -> Iterator[str]:
    """Yield each changed entry; of many of one kind, their number."""
    kinds: dict[str, list[str]] = {}
    for change in changes:
        kinds.setdefault(change.what.partition(" : ")[0], []).append(change.what)
    for kind, lines in kinds.items():
        yield from lines if len(lines) <= MOST_NAMED else (f"{kind} : {len(lines)}",)


def _translations(before: MenuVersion, now: CompiledMenus) -> Iterator[str]:
    """Yield how many texts each language says in another way."""
    many = Counter(_changed_texts(before, now.edition))
    for change in translations_changed(before, (now.edition, now.entries)):
        many[change.what.removeprefix("en ").partition(", « ")[0]] += 1
    for language, count in many.items():
        yield f"en {language} : {format_count(count, 'texte se dit', 'textes se disent')} autrement"


def _changed_texts(before: MenuVersion, after: MenuVersion) -> Iterator[str]:
    """Yield the name of a language for each text of a screen that it says in another way, if the French stayed."""
    shared = list(shared_screens(before, after))
    for code in after.menus.keys() & before.menus.keys() - {SOURCE}:
        name = after.wordings[code].language.name
        for screen in shared:
            french = [dict(_texts(edition.menus[SOURCE].screens[screen])) for edition in (before, after)]
            said = [dict(_texts(edition.menus[code].screens[screen])) for edition in (before, after)]
            for place, text in said[1].items():
                is_same_french = french[0].get(place) == french[1].get(place)
                if is_same_french and said[0].get(place, text) != text:
                    yield name


def _texts(screen: Screen) -> Iterator[tuple[object, str]]:
    yield from screen_texts(screen).items()
    yield from ((action, _label(option)) for action, option in options_by_action(screen).items())


def _label(option: Option) -> str:
    return template_text(option.label) if option.label else f"raccourci {option.trigger}"
