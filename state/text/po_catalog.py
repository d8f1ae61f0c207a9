"""A catalogue of translations that has its plural rule in any language."""

from __future__ import annotations

from collections.abc import Iterable

from babel.messages.catalog import Catalog


class Translations(Catalog):
    """Babel's catalogue, which loses the plural rule if CLDR has no locale of the language."""

    def __init__(self, language: str | None = None, about: str = "") -> None:
        super().__init__(language, header_comment=about, project="Zin", version="1", fuzzy=False, charset="utf-8")
        self.msgid_bugs_address = self.last_translator = self.language_team = ""
        self.revision_date = self.creation_date

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The headers of the file, with Plural-Forms in any language."""
        headers: list[tuple[str, str]] = super().mime_headers
        if self.locale_identifier and self.locale is None:
            headers.insert(-4, ("Plural-Forms", self.plural_forms))
        return headers

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        self._set_mime_headers(headers)
