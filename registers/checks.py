"""Checks of menus/registers for `zin check`: what the keys of a file say of one another and of the table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog.entries import Entries
from catalog.register_files import FOLDER, RegisterColumn, RegisterFile
from registers.storable import STORABLE, Storable
from spreadsheets.headings import key
from state.errors import Problem
from state.yaml_files.loader import Document, Where, did_you_mean, read


def problems(menus: Path, entries: Entries) -> Iterator[Problem]:
    """Yield every contradiction in the register files below this folder of menus."""
    for name, file in entries.registers.items():
        document = read(menus / FOLDER / f"{name}.yaml")
        yield from _FileCheck(document, file, STORABLE[file.table], entries.statuses).problems()


@dataclass(frozen=True, slots=True)
class _FileCheck:
    """One file beside its table."""

    document: Document
    file: RegisterFile
    storable: Storable
    statuses: Collection[str]

    def problems(self) -> Iterator[Problem]:
        """Yield the problems of the columns, of their headings, and of each feed."""
        for name, own in self.storable.columns.items():
            column = self.file.columns.get(name)
            if own.needed and (column is None or (column.optional and not column.default)):
                what = f"la colonne « {name} » est nécessaire : la table en a besoin dans chaque ligne"
                yield self.document.problem_at(("columns", name), what, key=column is not None)
        if not any(name in self.file.columns for name in self.storable.proofs):
            wanted = " ou ".join(f"« {name} »" for name in self.storable.proofs)
            yield self.document.problem_at(("columns",), f"il faut {wanted} : sans preuve, personne ne lirait rien")
        for name, column in self.file.columns.items():
            yield from self._of_column(name, column)
        yield from self._headings()
        yield from self._feeds()

    def _of_column(self, name: str, column: RegisterColumn) -> Iterator[Problem]:
        where: Where = ("columns", name)
        own = self.storable.columns.get(name)
        if own and (column.form or column.most or column.longest):
            what = f"la table donne déjà la forme de « {name} » : ôtez form, most et longest"
            yield self.document.problem_at(where, what)
        if own is None and column.form is None:
            hint = did_you_mean(name, self.storable.columns)
            what = f"la table n'a pas de colonne « {name} »{hint} ; une colonne de plus donne sa forme : form: text"
            yield self.document.problem_at(where, what, key=True)
        if own is None and name in self._reserved:
            yield self.document.problem_at(where, f"« {name} » est déjà un nom de la table ou de la question", key=True)
        if column.form == "text" and not (column.most and column.longest):
            yield self.document.problem_at(where, "un texte a « most » et « longest », pour compter les pages")
        yield from self._values((*where, "values"), name, column.values)

    @property
    def _reserved(self) -> frozenset[str]:
        return frozenset((*self.storable.table.c.keys(), "advice", "proof"))

    def _values(self, where: Where, name: str, values: dict[str, str]) -> Iterator[Problem]:
        own = self.storable.columns.get(name)
        if values and (own is None or own.form not in ("status", "choice")):
            yield self.document.problem_at(where, f"« {name} » n'a pas de valeurs fixes", key=True)
            return
        among = self.statuses if own and own.form == "status" else own.among if own else ()
        for word, value in values.items():
            if value not in among:
                what = f"« {value} » n'est pas une valeur{did_you_mean(value, among)} ; il y a : {', '.join(among)}"
                yield self.document.problem_at((*where, word), what)

    def _headings(self) -> Iterator[Problem]:
        seen: dict[str, str] = {}
        for name, column in self.file.columns.items():
            for place, heading in enumerate(column.headings):
                if (before := seen.setdefault(key(heading), name)) != name:
                    what = f"« {heading} » est déjà un titre de « {before} » : un titre va à une seule colonne"
                    yield self.document.problem_at(("columns", name, "headings", place), what)

    def _feeds(self) -> Iterator[Problem]:
        for feed, one in self.file.feeds.items():
            for heading, name in one.columns.items():
                if name not in self.file.columns:
                    what = f"le registre n'a pas de colonne « {name} »{did_you_mean(name, self.file.columns)}"
                    yield self.document.problem_at(("feeds", feed, "columns", heading), what)
            for name, values in one.values.items():
                yield from self._values(("feeds", feed, "values", name), name, values)
