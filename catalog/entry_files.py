"""Reads the YAML files of one folder of entries: each is validated, then the files are compared with one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from catalog.entry_types import slug
from state.errors import Problem
from state.yaml_files.loader import Document, parse, read
from state.yaml_files.strict_model import validate

ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MAX_ID_CHARACTERS: Final = 40
MAX_CACHED: Final = 4096  # parsed files, about 10 KiB each

Entry = TypeVar("Entry", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Kind(Generic[Entry]):
    """The entries of one folder. `unique` is a key that no two may share; `groups` are keys that group entries by
    name. A menu folder may be without an optional one.
    """

    folder: str
    shape: type[Entry]
    unique: str
    groups: tuple[str, ...] = ()
    is_optional: bool = False

    def read(self, folder: Path) -> tuple[dict[str, Entry], list[Problem]]:
        """Return the valid entries by id, and every problem of the folder."""
        if not folder.is_dir():
            return {}, [] if self.is_optional else [Problem(str(folder), 1, 1, "ce dossier n'existe pas")]
        read_one = [self._read(path) for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".yml")]
        documents = [document for document, _ in read_one]
        found = {Path(one.file).stem: entry for one, entry in read_one}
        problems = [problem for one in documents for problem in one.problems]
        problems += self.compare(documents)
        return {name: entry for name, entry in found.items() if entry is not None}, sorted(problems)

    def _read(self, path: Path) -> tuple[Document, Entry | None]:
        """Return a file's document, which must not be changed, and its entry; an unchanged file is parsed once."""
        try:
            return _parsed(self, str(path), path.read_bytes())
        except OSError:
            document = read(path)
            return document, self.validate_entry(document)

    def parse_entry(self, path: str, raw: bytes) -> tuple[Document, Entry | None]:
        """Return the document of a file's content, which must not be changed, and its entry; parsed once."""
        return _parsed(self, path, raw)

    def validate_entry(self, document: Document) -> Entry | None:
        """Validate a document and return its entry, or None; problems are added to the document."""
        path = Path(document.file)
        if path.suffix != ".yaml":
            document.problems.append(document.problem_at((), "le nom de ce fichier doit finir par .yaml"))
        if not ID.fullmatch(path.stem) or len(path.stem) > MAX_ID_CHARACTERS:
            what = f"nom de fichier : minuscules sans accent, chiffres et tirets, {MAX_ID_CHARACTERS} signes au plus"
            document.problems.append(document.problem_at((), what))
        return None if document.data is None else validate(document, document.data, self.shape)

    def compare(self, documents: list[Document]) -> Iterator[Problem]:
        """Yield problems of two files with the same unique text, or with two spellings of one group."""
        for key in (self.unique, *self.groups):
            first: dict[str, tuple[str, Document]] = {}
            for one in documents:
                written = one.data.get(key) if isinstance(one.data, dict) else None
                if not isinstance(written, str):
                    continue
                before, there = first.setdefault(slug(written), (written, one))
                if there is not one and (key == self.unique or before != written):
                    line, _ = there.places[(key,)]
                    what = f"« {before} » est déjà dans {Path(there.file).name}, ligne {line}"
                    advice = "choisissez un autre texte" if key == self.unique else "écrivez-le de la même façon"
                    yield one.problem_at((key,), f"{what} : {advice}")


@lru_cache(maxsize=MAX_CACHED)
def _parsed(kind: Kind[Entry], file: str, raw: bytes) -> tuple[Document, Entry | None]:
    document = parse(raw, file)
    return document, kind.validate_entry(document)
