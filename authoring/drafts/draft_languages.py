"""The languages of a working copy, read from its files without laying them out: only what changed is read again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from authoring.versions.archive import Files
from authoring.versions.languages import LANGUAGES, translations_path
from state.text import po_files
from state.text.languages import SOURCE, Language, read_table
from state.text.translations import Wordings, wordings_of


def languages_in(files: Files) -> Mapping[str, Language]:
    """Return the table of languages, which always has French."""
    return read_table(LANGUAGES, files.get(LANGUAGES, b""))[0]


def wordings_in(files: Files) -> Wordings:
    """Return every language with its translations; one with a problem is left out, so that French is shown."""
    languages = languages_in(files)
    catalogs = {
        code: po_files.read_content(Path(path), files.get(path, b""), language)[0]
        for code, language in languages.items()
        if code != SOURCE and (path := translations_path(code))
    }
    return wordings_of(languages, catalogs)
