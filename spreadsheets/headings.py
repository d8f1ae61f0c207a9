"""The headings that files of one kind may have, and the fields that they name.

Accents, capitals, spaces and punctuation are ignored: « N° Table », « no de table » and « NUMERO DE TABLE » are equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from state.text.search import plain


def key(heading: str) -> str:
    """Normalize a heading, so that different spellings become equal."""
    return plain(heading).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Headings:
    """The fields of one kind of file, and the headings of each.

    in_french says what each field is, in the order of reports; shown has the heading to ask for. spellings has the
    field of each usual heading, last_resort that of headings which count if no other column has the field: both by
    `key`. named has the headings of the operators' own file, as written there: they come first, and each must exist.
    """

    in_french: Mapping[str, str]
    needed: tuple[str, ...]
    shown: Mapping[str, str]
    spellings: Mapping[str, str]
    last_resort: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)

    def heading_of(self, name: str) -> str:
        """Return the heading that a file should have for this field."""
        return next((heading for heading, of in self.named.items() if of == name), self.shown[name])
