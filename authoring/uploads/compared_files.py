"""Compares what somebody sends with the draft, before anything of it is taken.

    received files + working copy -> file by file: the sender's changes joined with those of others -> a comparison

A file that the sender left as it was downloaded is none of them. Where the sender and the desk changed the same part,
both are offered. Translations are joined text by text, and without reviews that the file claims (po_exchange.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from authoring.drafts.blocks import Side, merge, splitter
from authoring.drafts.working_copy import Content, WorkingCopy, content_digest, text_of
from authoring.translating.known_texts import language_texts
from authoring.translating.po_exchange import Sender, Sides, read_exchange
from authoring.translating.writing import file_with
from authoring.uploads.received import WRITTEN, Received
from authoring.versions.errors import MenusRefused
from authoring.versions.languages import code_of, is_of_languages
from state.errors import Problem

SIDES: tuple[Side, Side] = ("mine", "theirs")


@dataclass(frozen=True, slots=True)
class ComparedFile:
    """A file that would change: as the draft has it, and as it would be if the sender's side stays, or the desk's.

    contested names the parts in which the two differ.
    """

    path: str
    present: Content
    mine: Content
    theirs: Content
    contested: tuple[str, ...] = ()

    def content(self, side: Side | None) -> Content:
        """Return the file with this side where the two contradict one another."""
        return self.theirs if side == "theirs" else self.mine


@dataclass(frozen=True, slots=True)
class Comparison:
    """What would change in the draft. gone are files that the zip does not have; problems are faults of translations.

    A file with faults of translations is not among the files.
    """

    received: Received
    working_copy: WorkingCopy
    files: tuple[ComparedFile, ...]
    gone: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    def changes(self, sides: Mapping[str, Side], *, with_gone: bool = False) -> dict[str, Content]:
        """Return the files to save by path. Raises MenusRefused if a contested one has no side."""
        if open_ := [one.path for one in self.files if one.contested and one.path not in sides]:
            raise MenusRefused(f"Choisissez d'abord ce qui reste dans {', '.join(open_)}.")
        made = {one.path: one.content(sides.get(one.path)) for one in self.files}
        made = {path: content for path, content in made.items() if content != self.working_copy.files.get(path)}
        return made | (dict.fromkeys(self.gone) if with_gone else {})


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who sends files, and on which day."""

    by: str
    on: date


def compare(received: Received, working_copy: WorkingCopy, arrival: Arrival) -> Comparison:
    """Compare what came with the working copy. Raises MenusRefused for a language that there is not."""
    files = [one for path in received.files if not code_of(path) and (one := _joined(path, received, working_copy))]
    written = working_copy.with_changes({one.path: one.mine for one in files}, arrival.by)
    problems: list[Problem] = []
    for path in received.files:
        if code_of(path) and not _is_untouched(path, received):
            found = _translated(path, received, written, arrival)
            problems += found if isinstance(found, list) else []
            files += [found] if isinstance(found, ComparedFile) and found.mine != found.present else []
    return Comparison(received, working_copy, tuple(files), tuple(_gone(received, working_copy)), tuple(problems))


def _is_untouched(path: str, received: Received) -> bool:
    """Whether the sender left a file as it was downloaded."""
    return received.given.get(path) == content_digest(received.files[path])


def _is_as_given(path: str, received: Received, working_copy: WorkingCopy) -> bool:
    """Whether nobody changed a file at the desk since it was downloaded."""
    return path in received.given and received.given[path] == content_digest(working_copy.files.get(path))


def _joined(path: str, received: Received, working_copy: WorkingCopy) -> ComparedFile | None:
    """Return a file with the changes of both; None if the sender changed nothing."""
    sent, present = received.files[path], working_copy.files.get(path)
    base = working_copy.in_service.get(path)
    if sent == present or _is_untouched(path, received):
        return None
    if present == base or _is_as_given(path, received, working_copy):
        return ComparedFile(path, present, sent, sent)
    if sent == base:  # older than the draft, and the sender changed nothing
        return None
    texts, splitting = (text_of(base), text_of(sent), text_of(present)), splitter(path)
    contested = tuple(one.block for one in merge(*texts, splitting=splitting).conflicts)
    mine, theirs = (_merged(texts, dict.fromkeys(contested, side), path) for side in SIDES)
    return ComparedFile(path, present, mine, theirs, contested)


def _merged(texts: tuple[str | None, str | None, str | None], chosen: Mapping[str, Side], path: str) -> Content:
    text = merge(*texts, chosen, splitting=splitter(path)).text
    return None if text is None else text.encode()


def _translated(
    path: str, received: Received, written: WorkingCopy, arrival: Arrival
) -> ComparedFile | list[Problem] | None:
    """Return a file of translations with the texts that the sender changed, or its faults."""
    draft = language_texts(written, code_of(path))
    if draft is None:
        raise MenusRefused(f"{path} : il n'y a pas une telle langue dans les menus.")
    before = language_texts(WorkingCopy(written.in_service, {}), code_of(path))
    sides = Sides(draft if _is_as_given(path, received, written) else before or draft, draft)
    made, contested = dict[Side, bytes](), tuple[str, ...]()
    for side in SIDES:
        sender = Sender(arrival.by, arrival.on, side == "mine", path)
        found = read_exchange(received.files[path], sides, sender)
        if found.problems:
            return list(found.problems)
        made[side] = file_with(draft, found.changes)
        contested = tuple(one.one for one in found.contested)
    return ComparedFile(path, written.files.get(path), made["mine"], made["theirs"], contested)


def _gone(received: Received, working_copy: WorkingCopy) -> Iterator[str]:
    """Yield the files of the draft that a whole zip does not have.

    Of a zip from here: those that were in it. Of another: all of them, and languages only if it has any.
    """
    if not received.is_whole:
        return
    has_languages = any(map(is_of_languages, received.files))
    for path in sorted(working_copy.files.keys() - received.files.keys()):
        is_candidate = (
            _is_as_given(path, received, working_copy) if received.given else has_languages or not is_of_languages(path)
        )
        if is_candidate and path.endswith(WRITTEN):
            yield path
