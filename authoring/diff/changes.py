"""Names of screens and texts in a comparison: first what a citizen reads, then the technical name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from state.menu.model import Screen
from state.menu.versions import MenuVersion
from state.text.languages import SOURCE
from state.text.template import PluralTemplate, Template

MAX_LABEL_CHARACTERS: Final = 60  # signs of what a screen says, in its name
CHANNELS: Final = {"ussd": "par USSD", "sms": "par SMS", "chat": "en messagerie"}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; before and after are texts as citizens read them, "" if there is no text to compare."""

    what: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSection:
    """Differences of one kind, under a heading."""

    title: str
    lines: tuple[Change, ...]


def screen_label(edition: MenuVersion, name: str) -> str:
    """Return the label of a screen, as « Quel examen ? » (exams.which_exam)."""
    if not edition.menus[SOURCE].screens[name].says:
        return f"la {first_words(edition, name)} ({name})"
    return f"« {screen_title(edition, name)} » ({name})"


def first_words(edition: MenuVersion, name: str) -> str:
    """Return the first text of a screen in French; a look-up has none, and is named by what was shown before it."""
    text = _shown_text(edition, name)
    return text or next((f"recherche, après « {one} »" for one in _shown_before(edition, name)), "recherche")


def screen_title(edition: MenuVersion, name: str) -> str:
    """Return what a clerk calls a screen: how its first text begins."""
    return shorten(first_words(edition, name))


def _shown_text(edition: MenuVersion, name: str) -> str:
    return " ".join(next(iter(screen_texts(edition.menus[SOURCE].screens[name]).values()), "").split())


def _shown_before(edition: MenuVersion, name: str) -> Iterator[str]:
    """Yield the texts of the screens that lead to this one, of its own journey first."""
    journey = name.partition(".")[0]
    graph = edition.journeys.graph
    before = [one for one, ways in graph.items() if one != name and any(end == name for _, end in ways)]
    yield from filter(None, (_shown_text(edition, one) for one in sorted(before, key=lambda one: journey not in one)))


def shorten(text: str) -> str:
    """Return the first line of a text, cut to MAX_LABEL_CHARACTERS."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= MAX_LABEL_CHARACTERS else f"{line[: MAX_LABEL_CHARACTERS - 1]}…"


def screen_texts(screen: Screen) -> Mapping[str, str]:
    """Return the texts of a screen by place; one text if all channels show the same. Options are not included."""
    found: dict[str, str] = {}
    texts = {kind: template_text(template) for kind, template in screen.says.items()}
    if len(set(texts.values())) == 1:
        found["ce que dit l'écran"] = next(iter(texts.values()))
    else:
        found |= {f"ce que dit l'écran {CHANNELS[kind]}": text for kind, text in texts.items()}
    if screen.rows:
        found["chaque ligne de la liste"] = template_text(screen.rows.label)
    if screen.free_input:
        found["quand la réponse ne convient pas"] = template_text(screen.free_input.hint)
    return found


def template_text(template: Template | PluralTemplate) -> str:
    """Return a text with its {names}, as operators write it; for a plural, the forms for one and for several."""
    if isinstance(template, PluralTemplate):
        return "\n".join(dict.fromkeys(template.form_of(many) for many in (1, 2)))
    return "".join(_parts(template))


def _parts(template: Template) -> Iterator[str]:
    for place, text in enumerate(template.texts):
        yield text
        if place < len(template.names):
            yield f"{{{template.names[place]}}}"
