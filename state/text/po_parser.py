"""Parses a .po file entry by entry, so that one damaged entry costs no other.

Babel's parser ends at the first line that it does not know, joins the comments of two entries for one text, and takes
an unfinished line for a text. Tools also write forms that it does not read: the text before a change of an obsolete
entry (`#~| msgid`, msgmerge --previous), comments of obsolete entries (`#~ # ...`), no space before the quotes.
Source: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from email import message_from_string
from typing import Final

from babel.messages.pofile import PoFileParser

from state.text.po_catalog import Translations
from state.text.po_complaints import ENCODING, FORMS, UNFINISHED, UTF_16, unreadable

Fault = tuple[int, str]  # the line, from 1, and what is wrong there
_BYTE_ORDER: Final = "\ufeff"
_CHARSET: Final = re.compile(rb"charset=([A-Za-z0-9_.:-]+)")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_KEYWORD: Final = re.compile(r'(msgid_plural|msgid|msgctxt|msgstr(?:\[[0-9]\])?)\s*("(?:[^"\\]|\\.)*")')
_PLURAL: Final = re.compile(r"nplurals\s*=\s*[1-6]\s*;\s*plural\s*=.+", re.DOTALL)
_GOES_ON: Final = (b'"', b"msgstr", b"#~")  # lines that may belong to an entry in spite of an empty line
_DATES: Final = ("pot-creation-date", "po-revision-date")


def parse(raw: bytes) -> tuple[Translations, list[Fault]]:
    """Parse the content of a .po file; returns its sound entries, and the faults of the others."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Translations(), [(1, UTF_16)]
    parser = _Parser(Translations())
    parser.read(raw)
    return parser.catalog, parser.faults


class _Parser(PoFileParser):
    """Babel's parser with every line checked before it is taken."""

    def __init__(self, catalog: Translations) -> None:
        super().__init__(catalog)
        self.catalog: Translations = catalog
        self.faults: list[Fault] = []
        self._is_after_blank = True
        self._first: dict[tuple[str, str | None], int] = {}  # the line of each text

    def _reset_message_state(self) -> None:
        super()._reset_message_state()
        self._is_damaged = False

    def read(self, raw: bytes) -> None:
        """Read all lines; their ends may be those of any system."""
        charset = self._charset(raw)
        for number, line in enumerate(raw.splitlines()):
            if self._is_after_blank and self.translations and not line.strip().startswith(_GOES_ON):
                self._finish_current_message()
            try:
                self._take(number, line.decode(charset).lstrip(_BYTE_ORDER).strip())
            except UnicodeDecodeError:
                self._is_damaged = True
                if ENCODING not in (what for _, what in self.faults):
                    self.faults.append((number + 1, ENCODING))
        self._finish_current_message()
        if not self.counter and self.user_comments:
            self._set_comment()

    def _charset(self, raw: bytes) -> str:
        """Return the encoding that the header names; UTF-8 if it names none."""
        found = _CHARSET.search(raw)
        charset = found[1].decode() if found else "utf-8"
        with suppress(LookupError, UnicodeError):
            b"a".decode(charset)
            return charset
        self.faults.append((1, ENCODING))
        return "utf-8"

    def _take(self, number: int, line: str) -> None:
        if not line and self._is_damaged:  # what follows is another entry
            self._reset_message_state()
        is_obsolete = line.startswith("#~")
        if is_obsolete:
            line = line[2:].lstrip()
        if line.startswith(("#|", "|")):  # the text before a change
            self._finish_current_message()
        elif line.startswith("#"):
            with suppress(ValueError):  # a place in the sources that cannot be read: nobody needs it
                self._process_comment(line)
        elif line:
            self._take_text(number, line, is_obsolete)
        self._is_after_blank = not line

    def _take_text(self, number: int, line: str, is_obsolete: bool) -> None:
        if _STRING.fullmatch(line):
            self._process_string_continuation_line(line, number)
        elif found := _KEYWORD.fullmatch(line):
            keyword, text = found.groups()
            if keyword in ("msgid", "msgctxt"):
                self._begin(keyword)
            if wrong := self._out_of_order(keyword):
                self._fault(number, wrong)
            else:
                self._process_keyword_line(number, f"{keyword} {text}", is_obsolete)
        else:
            self._fault(number, unreadable(line))

    def _begin(self, keyword: str) -> None:
        """Finish the entry before, if this keyword begins another one."""
        is_open = bool(self.messages) and not self.translations and not self._is_damaged
        if is_open and (keyword == "msgid" or self._is_after_blank):
            self._fault(self.offset, UNFINISHED)
            self._reset_message_state()
        elif self.translations:
            self._finish_current_message()

    def _out_of_order(self, keyword: str) -> str:
        """Return what is wrong with this keyword at this place of an entry; "" for nothing."""
        texts, places = len(self.messages), [place for place, _ in self.translations]
        wrong = {
            "msgctxt": (bool(texts or self.context), "msgctxt se met une seule fois, et avant msgid"),
            "msgid": (False, ""),
            "msgid_plural": (texts != 1 or bool(places), "msgid_plural se met juste après msgid"),
        }
        if keyword in wrong:
            is_wrong, what = wrong[keyword]
            return what if is_wrong else ""
        if not texts:
            return "ce msgstr n'a pas de msgid au-dessus"
        if int(keyword[7:-1] or 0) in places:
            return f"deux fois {keyword} pour un texte : gardez-en un seul"
        return "" if ("[" in keyword) == (texts > 1) else FORMS

    def _add_message(self) -> None:
        text, context = self.messages[0].denormalize(), self.context.denormalize() if self.context else None
        if not self._is_damaged:
            self._check(text, context)
        if self._is_damaged:
            self.counter += 1
            self._reset_message_state()
        elif text or self.obsolete:
            super()._add_message()
        else:
            self._add_header()

    def _check(self, text: str, context: str | None) -> None:
        """Record a fault if this entry cannot be added."""
        first = self.offset if self.obsolete else self._first.setdefault((text, context), self.offset)
        most = self.catalog.num_plurals
        if first != self.offset and not text:
            self._fault(self.offset, f"second en-tête : le premier est ligne {first + 1}, gardez-en un seul")
        elif first != self.offset:
            self._fault(self.offset, f"ce texte est déjà traduit ligne {first + 1} : gardez une seule entrée")
        elif len(self.messages) > 1 and (over := [place for place, _ in self.translations if place >= most]):
            what = f"msgstr[{over[0]}] est de trop : d'après l'en-tête Plural-Forms, nplurals={most}"
            self._fault(self.offset, what)
        elif context is not None and not text and not self.obsolete:
            self._fault(self.offset, "msgid est vide")

    def _add_header(self) -> None:
        """Take the headers one by one; an unreadable date is replaced by the next update."""
        for name, value in message_from_string(self.translations[0][1].denormalize()).items():
            is_known = name.lower() != "plural-forms" or bool(_PLURAL.fullmatch(value.strip()))
            try:
                if is_known and name.lower() != "content-type":  # written in UTF-8, whatever it was read in
                    self.catalog.mime_headers = [(name, value)]
            except (ValueError, TypeError):
                is_known = name.lower() in _DATES
            if not is_known:
                self.faults.append((self.offset + 1, f"en-tête {name} illisible"))
        self._set_comment()
        self.catalog.fuzzy = "fuzzy" in self.flags
        self.counter += 1
        self._reset_message_state()

    def _set_comment(self) -> None:
        self.catalog.header_comment = "\n".join(f"# {comment}".rstrip() for comment in self.user_comments)

    def _fault(self, number: int, what: str) -> None:
        """Record a fault, one for each entry."""
        if not self._is_damaged:
            self.faults.append((number + 1, what))
        self._is_damaged = True

    def _invalid_pofile(self, line: str, lineno: int, msg: str) -> None:
        self._fault(lineno, UNFINISHED if msg.startswith("missing msgstr") else unreadable(line))
