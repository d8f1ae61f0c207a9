"""Whose the files of the menus are, and which changes of them an account of a ministry may make.

A file says it at its top: `ministry: justice`. The draft and every action on a version ask here, in the transaction
that changes something, with the ministry that the account has then. A translation is of the files in which its French
stands: an account of a ministry writes it if all of them are of this ministry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from accounts.scope import Scope
from authoring.drafts.po_blocks import HEADER, split_translations
from authoring.drafts.working_copy import WorkingCopy
from authoring.translating.texts import Text, texts_of
from authoring.versions.archive import Files
from authoring.versions.errors import MenusRefused
from authoring.versions.languages import code_of
from state.yaml_files.loader import parse

KEY: Final = "ministry"
MAX_CACHED: Final = 8192  # files
MAX_NAMED: Final = 5  # files in a refusal
_WRITTEN: Final = re.compile(rb"(?m)^ministry:[ \t]*[\"']?([a-z0-9-]+)")
_ESCAPED: Final = re.compile(r"\\(.)")
Contents = Mapping[str, bytes | None]  # by path; None: the file does not exist


@lru_cache(maxsize=MAX_CACHED)
def ministry_of(content: bytes | None) -> str:
    """Return the ministry of a file, "" for one of the house. Of a file with a fault, the line that names it counts."""
    if not content or KEY.encode() not in content:
        return ""
    data: Any = parse(content, "").data
    if isinstance(data, dict):
        return str(data.get(KEY) or "")
    found = _WRITTEN.search(content)
    return found[1].decode() if found else ""


def foreign_changes(scope: Scope, before: Contents, after: Contents, files: Files) -> list[str]:
    """Return the changed files that are not this scope's to change; files are those around them, for translations."""
    changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return [path for path in changed if not _may_change(scope, path, (before.get(path), after.get(path)), files)]


def foreign_sights(scope: Scope, before: Contents, after: Contents) -> list[str]:
    """Return the changed files that this scope may not see."""
    changed = (path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return [path for path in changed if not _may_see(scope, before.get(path), after.get(path))]


def hold_to_ministry(scope: Scope, before: Contents, after: Contents, files: Files) -> None:
    """Raise MenusRefused if some of these changes are not this scope's to make."""
    if foreign := foreign_changes(scope, before, after, files):
        more = f" et {len(foreign) - MAX_NAMED} autres" if len(foreign) > MAX_NAMED else ""
        raise MenusRefused(f"Ce n'est pas à votre ministère : {', '.join(foreign[:MAX_NAMED])}{more}.")


def own_changes(scope: Scope, working_copy: WorkingCopy) -> WorkingCopy:
    """Return the working copy with the changes that are this scope's to publish, and none of the others."""
    changed = working_copy.changed
    before = {path: one.in_service for path, one in changed.items()}
    after = {path: one.content for path, one in changed.items()}
    foreign = set(foreign_changes(scope, before, after, working_copy.files))
    return WorkingCopy(working_copy.in_service, {path: one for path, one in changed.items() if path not in foreign})


def only_texts(content: bytes, texts: Iterable[Text]) -> bytes:
    """Return a .po file with its head and the entries of these texts."""
    names = {_name_of(text) for text in texts}
    blocks = split_translations(content.decode("utf-8", "replace").replace("\r\n", "\n"))
    return "".join(block for name, block in blocks.items() if name == HEADER or _unescaped(name) in names).encode()


def _may_see(scope: Scope, *sides: bytes | None) -> bool:
    return all(scope.may_see(ministry_of(one)) for one in sides)


def _may_change(scope: Scope, path: str, sides: tuple[bytes | None, bytes | None], files: Files) -> bool:
    if not scope.is_bound:
        return True
    if code_of(path):
        return _changed_texts(sides) <= set(_own_texts(scope, files))
    return all(scope.may_change(ministry_of(one)) for one in sides if one is not None)


def _changed_texts(sides: tuple[bytes | None, bytes | None]) -> set[str]:
    """Return the texts whose entries differ, as split_translations names them; HEADER for the head of the file."""
    before, after = (_entries(one or b"") for one in sides)
    names = (name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return {_unescaped(name) if name else HEADER for name in names}


def _entries(content: bytes) -> Mapping[str, str]:
    blocks = split_translations(content.decode("utf-8", "replace").replace("\r\n", "\n"))
    return {name: block.strip() for name, block in blocks.items() if block.strip()}


def _own_texts(scope: Scope, files: Files) -> Iterator[str]:
    """Yield the texts that stand in files of this ministry and nowhere else."""
    for text in texts_of(files).values():
        if all(scope.may_change(ministry_of(files.get(place.file))) for place in text.places):
            yield _name_of(text)


def _name_of(text: Text) -> str:
    return " : ".join(filter(None, (text.sense, text.one)))


def _unescaped(name: str) -> str:
    return _ESCAPED.sub(lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), name)
