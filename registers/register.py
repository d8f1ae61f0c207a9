"""A register as it is used: the declaration of menus/registers over the table that it fills."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from accounts.refusals import Refused
from catalog.entries import REGISTERS, STATUSES, Status
from catalog.register_files import FEED, FOLDER, RegisterColumn, RegisterFeed, RegisterFile
from database.column_limits import max_length
from registers.cells import CellReader, CellRules
from registers.storable import STORABLE, CellForm, Storable, StorableColumn
from spreadsheets.headings import Headings, key
from state.errors import InvalidMenu
from state.yaml_files.loader import did_you_mean

DEFAULT_FEED: Final = "principal"
NO_FEED: Final = RegisterFeed()


class RegisterRefused(Refused):
    """What an operator or an administration asked of a register is not possible; the French text says what to do."""


@dataclass(frozen=True, slots=True)
class Register:
    """One register for one feed: an administration that owns rows of the table."""

    name: str
    file: RegisterFile
    feed: str
    statuses: Mapping[str, Status]

    @property
    def storable(self) -> Storable:
        """The table and its columns."""
        return STORABLE[self.file.table]

    @property
    def subject(self) -> str:
        """The register and the feed, as the audit and the lists name them."""
        return f"{self.name}/{self.feed}"

    @property
    def added(self) -> tuple[str, ...]:
        """The columns that the table does not have."""
        return tuple(name for name in self.file.columns if name not in self.storable.columns)

    def headings(self) -> Headings:
        """The headings of the files of this feed."""
        columns = self.file.columns
        return Headings(
            in_french={name: self._in_french(name) for name in columns},
            needed=tuple(name for name, one in columns.items() if not one.optional and one.default is None),
            shown={name: one.headings[0] for name, one in columns.items()},
            spellings={key(heading): name for name, one in columns.items() for heading in one.headings},
            named=self._of_feed.columns,
        )

    def readers(self, today: date) -> Mapping[str, CellReader]:
        """The reader of the cells of each column."""
        return {name: CellReader(self._rules(name, one), today) for name, one in self.file.columns.items()}

    @property
    def _of_feed(self) -> RegisterFeed:
        return self.file.feeds.get(self.feed, NO_FEED)

    def _in_french(self, name: str) -> str:
        own = self.storable.columns.get(name)
        return own.in_french if own else self.file.columns[name].headings[0].lower()

    def _rules(self, name: str, column: RegisterColumn) -> CellRules:
        own = self.storable.columns.get(name)
        form: CellForm = own.form if own else column.form or "text"
        return CellRules(
            form,
            self._in_french(name),
            width=len(own.fills) if own else 1,
            optional=column.optional,
            default=column.default or "",
            most=self._most(own, column),
            known=dict(self._known(name, own)) if own and form in ("status", "choice") else {},
        )

    def _most(self, own: StorableColumn | None, column: RegisterColumn) -> int:
        if own is None:
            return column.most or 1
        return max_length(self.storable.table.c[own.fills[0]]) if own.form == "text" else 1

    def _known(self, name: str, own: StorableColumn) -> Iterator[tuple[str, str]]:
        """Yield the value of each word: the usual ones first, so that those of the feed replace them."""
        among = self.statuses if own.form == "status" else own.among
        yield from ((key(value), value) for value in among)
        yield from ((key(one.label), value) for value, one in self.statuses.items() if own.form == "status")
        for words in (self.file.columns[name].values, self._of_feed.values.get(name, {})):
            yield from ((key(word), value) for word, value in words.items())


def find_register(menus: Path, name: str, feed: str = DEFAULT_FEED) -> Register:
    """Return a register of this folder of menus. Raises RegisterRefused, and InvalidMenu for faults in the files."""
    (files, wrong), (statuses, wrong_too) = REGISTERS.read(menus / FOLDER), STATUSES.read(menus / STATUSES.folder)
    if wrong or wrong_too:
        raise InvalidMenu([*wrong, *wrong_too])
    if name not in files:
        listed = ", ".join(sorted(files)) or "aucun"
        hint = did_you_mean(name, files)
        raise RegisterRefused(f"Il n'y a pas de registre « {name} »{hint} ; il y a : {listed}.")
    if not is_feed(feed):
        raise RegisterRefused(f"« {feed} » : une administration se nomme comme justice, en minuscules et tirets.")
    return Register(name, files[name], feed, statuses)


def is_feed(name: str) -> bool:
    """Whether this can be the name of a feed."""
    return len(name) <= 40 and re.fullmatch(FEED, name) is not None
