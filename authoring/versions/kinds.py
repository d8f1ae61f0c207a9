"""The kinds of what a version changes: menus, prices, verdicts, words. A house says which another account approves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from authoring.drafts.po_blocks import split_translations
from authoring.versions.archive import Files
from authoring.versions.languages import code_of, is_of_languages
from catalog.entries import EXAMS, SERVICES
from catalog.texts import VERDICT
from settings.content import ChangeKind
from state.yaml_files.loader import parse

PRICES: Final = ("cost", "rates")  # keys of a service
VERDICTS: Final = ("verdicts",)  # keys of an exam


def kinds_changed(before: Files, after: Files) -> frozenset[ChangeKind]:
    """Return the kinds of the files that differ between two versions. A fault of a file counts as a change."""
    changed = (path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return frozenset(kind for path in changed for kind in _kinds(path, before.get(path, b""), after.get(path, b"")))


def _kinds(path: str, before: bytes, after: bytes) -> Iterator[ChangeKind]:
    folder = path.rpartition("/")[0]
    if is_of_languages(path):
        yield "words"
        if code_of(path) and _verdict_words(before) != _verdict_words(after):
            yield "verdicts"
        return
    yield "menus"
    if folder == SERVICES.folder and _parts(before, PRICES) != _parts(after, PRICES):
        yield "prices"
    if folder == EXAMS.folder and _parts(before, VERDICTS) != _parts(after, VERDICTS):
        yield "verdicts"


def _parts(raw: bytes, keys: tuple[str, ...]) -> Mapping[str, Any]:
    """Return these keys of a file as they are written."""
    data = parse(raw, "").data if raw else None
    return {key: data[key] for key in keys if key in data} if isinstance(data, dict) else {}


def _verdict_words(raw: bytes) -> Mapping[str, str]:
    """Return the entries of a .po file that translate verdicts, without what tools wrote about them."""
    blocks = split_translations(raw.decode("utf-8", "replace").replace("\r\n", "\n"))
    return {name: block.strip() for name, block in blocks.items() if name.startswith(f"{VERDICT} : ")}
