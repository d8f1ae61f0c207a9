"""Screens and texts that differ between two versions, as a citizen reads them, in each language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from authoring.diff.changes import Change, screen_label, screen_texts, template_text
from state.menu.model import Option, Screen
from state.menu.schema import ChoiceScreen, EndScreen, ListScreen, LookUpScreen, QuestionScreen, ScreenFile
from state.menu.versions import MenuVersion
from state.text.languages import SOURCE

SORTS: Mapping[type[ScreenFile], str] = {
    ChoiceScreen: "des choix", ListScreen: "une liste", QuestionScreen: "une question", LookUpScreen: "une recherche",
    EndScreen: "une fin"}  # fmt: skip


def added(before: MenuVersion, after: MenuVersion) -> Iterator[tuple[str, Change]]:
    """Yield the name and change of each added screen."""
    yield from ((name, Change(screen_label(after, name), after=text)) for name, text in _only_in(after, before))


def removed(before: MenuVersion, after: MenuVersion) -> Iterator[tuple[str, Change]]:
    """Yield the name and change of each removed screen."""
    yield from ((name, Change(screen_label(before, name), before=text)) for name, text in _only_in(before, after))


def _only_in(edition: MenuVersion, other: MenuVersion) -> Iterator[tuple[str, str]]:
    """Yield the screens that only the first version shows, with their texts."""
    there = other.menus[SOURCE].screens
    for name, screen in edition.menus[SOURCE].screens.items():
        if screen.says and name not in there:
            options = (f"{one.number} {template_text(one.label)}" for one in screen.options if one.label)
            yield name, "\n".join((*dict.fromkeys(screen_texts(screen).values()), *options))


def shared_screens(before: MenuVersion, after: MenuVersion) -> Iterator[str]:
    """Yield the names of the screens that both versions have."""
    there = before.menus[SOURCE].screens
    yield from (name for name in after.menus[SOURCE].screens if name in there)


def texts_changed(before: MenuVersion, after: MenuVersion) -> Iterator[tuple[str, Change]]:
    """Yield the texts that differ on shared screens, in French and in each language with a translation."""
    for code in after.menus:
        language = "" if code == SOURCE else f", en {after.wordings[code].language.name}"
        for name in shared_screens(before, after):
            was, now = (edition.menu(code).screens[name] for edition in (before, after))
            french = dict(_texts(after.menus[SOURCE].screens[name]))
            old_texts, old_french = dict(_texts(was)), dict(_texts(before.menus[SOURCE].screens[name]))
            for place, text in _texts(now):
                is_new_french = code != SOURCE and text == french.get(place) != old_french.get(place)
                if not is_new_french and place in old_texts and old_texts[place] != text:
                    title = f"{screen_label(after, name)}, {_shown(place)}{language}"
                    yield name, Change(title, old_texts[place], text)


def behaviour_changed(before: MenuVersion, after: MenuVersion) -> Iterator[tuple[str, Change]]:
    """Yield what a screen does differently: its kind, its question to a source, its accepted answers, its privacy."""
    for name in shared_screens(before, after):
        was, now = (dict(_behaviour(edition.journeys.screens[name])) for edition in (before, after))
        for what in dict.fromkeys((*was, *now)):
            if was.get(what, "") != now.get(what, ""):
                yield name, Change(f"{screen_label(after, name)} : {what}", was.get(what, ""), now.get(what, ""))


def phrases_changed(before: MenuVersion, after: MenuVersion) -> Iterator[Change]:
    """Yield the changed phrases of Zin itself, in French."""
    was, now = (edition.menus[SOURCE].phrases.model_dump() for edition in (before, after))
    yield from (Change(f"phrase {name}", was[name], text) for name, text in now.items() if was[name] != text)


def openings_changed(before: MenuVersion, after: MenuVersion) -> Iterator[Change]:
    """Yield the changed titles, keywords and shortcuts of journeys."""
    for name, journey in after.journeys.files.items():
        old = before.journeys.files.get(name)
        if old and old.title != journey.title:
            yield Change(f"titre du parcours {name}", old.title, journey.title)
    was, now = (dict(_openings(edition)) for edition in (before, after))
    for opening in sorted(was.keys() | now.keys()):
        old_screen, new_screen = was.get(opening, ""), now.get(opening, "")
        if old_screen != new_screen:
            led = screen_label(before, old_screen) if old_screen else ""
            yield Change(opening, led, screen_label(after, new_screen) if new_screen else "")


def surveys_changed(before: MenuVersion, after: MenuVersion) -> Iterator[Change]:
    """Yield the journeys after whose answers another question is asked, or none any more."""
    was, now = before.journeys.surveys, after.journeys.surveys
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            asked, asks = (
                screen_label(edition, screen) if screen else ""
                for edition, screen in ((before, was.get(name)), (after, now.get(name)))
            )
            journey = after.journeys.files.get(name) or before.journeys.files[name]
            yield Change(f"parcours « {journey.title} » : question après une réponse", asked, asks)


def options_by_action(screen: Screen) -> Mapping[tuple[str, ...], Option]:
    """Return the options by what they do; number and label do not matter, but the order of those that do the same."""
    found: dict[tuple[str, ...], Option] = {}
    for option in screen.options:
        stored = (f"{name}={value}" for name, value in sorted(option.keep.items()))
        key = (option.trigger, option.sends, option.notifies, *stored)
        while key in found:
            key = (*key, "again")
        found[key] = option
    return found


def _texts(screen: Screen) -> Iterator[tuple[str | tuple[str, ...], str]]:
    yield from screen_texts(screen).items()
    options = options_by_action(screen).items()
    yield from ((action, template_text(option.label)) for action, option in options if option.label)


def _shown(place: str | tuple[str, ...]) -> str:
    return place if isinstance(place, str) else "un choix"


def _openings(edition: MenuVersion) -> Iterator[tuple[str, str]]:
    for name, journey in edition.journeys.files.items():
        first = edition.journeys.resolve(name, journey.first)
        if first:
            yield from ((f"le mot « {word} » ouvre", first) for word in journey.words)
            if journey.shortcut:
                yield f"le numéro {journey.shortcut} du premier écran ouvre", first


def _behaviour(screen: ScreenFile) -> Iterator[tuple[str, str]]:
    yield "sorte d'écran", SORTS[type(screen)]
    match screen:
        case QuestionScreen(ask=ask):
            yield "réponses acceptées", ask.like
        case ListScreen(listing=listing):
            yield "question posée à la source", listing.question
        case LookUpScreen(look_up=look_up):
            yield "question posée à la source", look_up.question
    if not isinstance(screen, LookUpScreen) and screen.private:
        yield "privé", "ne s'affiche plus à qui rappelle"
