"""Reads the menu folder: one journey per file, and the phrases.

read_journeys returns every valid screen, also from files with invalid ones, so that lint finds all problems in one run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from state.errors import Problem
from state.menu.journeys import HOME, LANGUAGE, PHRASES, Journey, Journeys
from state.menu.phrases import Phrases
from state.menu.schema import SHAPES, JourneyFile, ScreenFile, kind_of
from state.text.search import plain
from state.yaml_files.loader import Document, parse, read
from state.yaml_files.strict_model import validate

MAX_CACHED = 512  # parsed files, about 100 KiB each


def read_journeys(folder: Path) -> Journeys:
    """Read every journey of a folder, its phrases, and a version that depends only on the contents of the files."""
    files, unread, problems, phrases, digest = {}, set(), [], None, hashlib.blake2b(digest_size=6)
    phrased = Document(str(folder / f"{PHRASES}.yaml"))
    for path in sorted(folder.glob("*.yaml")):
        raw, document, content = _read(path)
        digest.update(path.name.encode() + b"\0" + raw + b"\0")
        problems += document.problems
        if path.stem == PHRASES and document.data is not None:
            phrases, phrased = content if isinstance(content, Phrases) else None, document
        elif isinstance(content, Journey):
            files[path.stem] = content
        else:
            unread.add(path.stem)
    for needed in (PHRASES, HOME, LANGUAGE):
        if not (folder / f"{needed}.yaml").exists():
            problems.append(Problem(str(folder / f"{needed}.yaml"), 1, 1, "ce fichier manque"))
    return Journeys(files, frozenset(unread), phrases, phrased, digest.hexdigest(), tuple(problems))


def _read(path: Path) -> tuple[bytes, Document, Journey | Phrases | None]:
    try:
        raw = path.read_bytes()
    except OSError:
        return b"", read(path), None
    return raw, *_parsed(str(path), raw)


@lru_cache(maxsize=MAX_CACHED)
def _parsed(file: str, raw: bytes) -> tuple[Document, Journey | Phrases | None]:
    """Parse a file, at most once per content; the document must not be changed."""
    document = parse(raw, file)
    if document.data is None:
        return document, None
    return document, validate(document, document.data, Phrases) if Path(file).stem == PHRASES else journey_of(document)


def journey_of(document: Document) -> Journey:
    """Return the journey of a file with its valid screens; problems are in the document."""
    whole = validate(document, document.data, JourneyFile)
    written: Mapping[str, Any] = document.data if isinstance(document.data, dict) else {}
    screens: Mapping[str, ScreenFile] = whole.screens if whole else _salvaged(written.get("screens"))
    screens_written = written.get("screens")
    every = frozenset(screens_written) if isinstance(screens_written, dict) else frozenset()
    return Journey(
        name=Path(document.file).stem,
        document=document,
        title=whole.title if whole else "",
        shortcut=whole.shortcut if whole else None,
        words={word: answers or {} for word, answers in whole.words.items()} if whole else {},
        beside=_words_beside(whole) if whole else frozenset(),
        alone=(whole.alone or "") if whole else "",
        survey=(whole.survey or "") if whole else "",
        first=str(written.get("first", "")),
        senses=whole.senses if whole else {},
        screens=screens,
        unread=every - screens.keys(),
    )


def _words_beside(whole: JourneyFile) -> frozenset[str]:
    """Return, in plain form, the words that say nothing more in a message of this journey: its keywords too."""
    opening = (word for word, answers in whole.words.items() if not answers)
    return frozenset(part for word in (*whole.beside, *opening) for part in plain(word).split())


def _salvaged(written: Any) -> dict[str, ScreenFile]:
    """Return the valid screens of a file that is invalid as a whole."""
    found: dict[str, ScreenFile] = {}
    for name, screen in written.items() if isinstance(written, dict) else ():
        try:
            found[name] = SHAPES[kind_of(screen)].model_validate(screen)
        except ValidationError:
            continue  # reported already, with the whole file
    return found
