"""Reads CSV: the encoding is detected from all bytes, each separator is tried, then rows are read line by line.

UTF-8 is recognised by its bytes: other text is hardly ever valid UTF-8. Anything else is Windows-1252 if it has only
the letters that French uses there. DOS files, Mac files and files joined from two encodings would give wrong letters
without an error, so they are refused.

DOS ends a text with the sign 0x1A, alone or several times, perhaps with line ends: it is no data at the end of a file.
Spreadsheets read ="00201" as 00201, and sep=; in the first line as the separator of the file.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator

from spreadsheets.sheet import Doubts, File, Form, Numbered, printable

SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
ASCII, UTF8, UTF8_BOM, WINDOWS = "ASCII", "UTF-8", "UTF-8 avec BOM", "Windows-1252"
CODECS = {ASCII: "ascii", UTF8: "utf-8", UTF8_BOM: "utf-8-sig", WINDOWS: "cp1252"}
RESAVE = "enregistrez-le en « CSV UTF-8 »"
MAX_LINE = 100_000  # characters: 300 columns of 300
MAX_LINES = 1_000  # of one row, since cells may contain line ends
ENDLESS = "une case trop longue commence ici : guillemet jamais refermé, ou fichier qui n'est pas un CSV"
END_SIGN = b"\x1a"
MAX_END = 1 << 16  # bytes at the end of a file in which the sign may be repeated
_JOINED = re.compile(rb"[\r\n]\x1a")
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?\"?sep=(\\t|[^\r\n])\"?[;,\t]*[\r\n]", re.IGNORECASE)
_AS_FORMULA = re.compile(r'="([^"]*)"')
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]")
_NOT_FRENCH = re.compile(rb"[\x81-\x84\x86-\x8b\x8d-\x90\x98-\x9b\x9d\x9e]")  # in Windows-1252


def csv_sheets(file: File) -> Iterator[Separated]:
    """Return the file split at each possible separator. Raises FileBroken if its bytes are not text."""
    text = File(file.name, without_end_sign(file.raw))
    encoding = _encoding(text)
    if found := _DECLARED.match(text.raw):
        separator = found[1].decode("latin-1").replace("\\t", "\t")
        if separator not in SEPARATORS:
            what = f"séparateur « {printable(separator)} » que Zin ne lit pas : enregistrez avec des points-virgules"
            raise file.broken(what)
        return iter((Separated(text, encoding, separator),))
    return (Separated(text, encoding, separator) for separator in SEPARATORS)


def without_end_sign(raw: bytes) -> bytes:
    """Return the bytes without the sign with which DOS ends a text."""
    return raw.rstrip(END_SIGN + b"\r\n") if END_SIGN in raw[-MAX_END:] else raw


def _encoding(file: File) -> str:
    if found := _JOINED.search(file.raw):
        what = "le signe de fin d'un fichier DOS (0x1A) : deux fichiers ont été mis bout à bout ; enlevez ce signe"
        raise file.broken(what, file.line_at(found.end() - 1))
    if file.raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise file.broken(f"ce fichier est en UTF-16 (« Texte Unicode ») : {RESAVE}")
    if (byte := file.raw.find(b"\0")) >= 0:
        what = (
            "un octet nul : le fichier est abîmé, ou ce n'est pas du texte ; exportez-le de nouveau en CSV ou en XLSX"
        )
        raise file.broken(what, file.line_at(byte))
    if file.raw.isascii():
        return ASCII
    try:
        file.raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _windows(file, error.start)
    return UTF8_BOM if file.raw.startswith(codecs.BOM_UTF8) else UTF8


def _windows(file: File, wrong: int) -> str:
    """Return Windows-1252, or raise FileBroken if letters would be wrong; `wrong` is the first byte that is not
    UTF-8.
    """
    if file.raw.startswith(codecs.BOM_UTF8) or _UTF8_LETTER.search(file.raw):
        what = f"ce signe n'est pas en UTF-8, alors que d'autres le sont : deux fichiers ont été mêlés ; {RESAVE}"
        raise file.broken(what, file.line_at(wrong))
    if found := _NOT_FRENCH.search(file.raw):
        what = f"encodage inconnu, ni UTF-8 ni Windows-1252 (Mac, ou MS-DOS ?) : {RESAVE}"
        raise file.broken(what, file.line_at(found.start()))
    return WINDOWS


class Separated:
    """A Sheet over the lines of a CSV file."""

    def __init__(self, file: File, encoding: str, separator: str) -> None:
        self._file = file
        self._text = io.TextIOWrapper(io.BytesIO())
        self.form = Form(encoding=encoding, separator=separator)
        self.hidden_columns: frozenset[int] = frozenset()
        self.doubts: Doubts = {}

    def rows(self) -> Iterator[Numbered]:
        """Yield the rows with strict quotes: an unclosed quote would swallow the candidates of the next lines."""
        self._text = io.TextIOWrapper(io.BytesIO(self._file.raw), CODECS[self.form.encoding], newline="")
        first = 1

        def lines() -> Iterator[str]:
            for number, line in enumerate(iter(lambda: self._text.readline(MAX_LINE + 1), ""), 1):
                if len(line) > MAX_LINE or number - first > MAX_LINES:
                    raise self._file.broken(ENDLESS, first)
                yield line

        reader = csv.reader(lines(), delimiter=self.form.separator, strict=True)
        shown: Callable[[list[str]], list[str]] = _as_shown if b'="' in self._file.raw else list
        try:
            for cells in reader:
                yield first, reader.line_num, shown(cells)
                first = reader.line_num + 1
        except csv.Error as error:
            raise self._file.broken(_complaint(error), first) from None

    def share(self) -> float:
        """Return the share of the bytes read so far, from 0 to 1."""
        return self._text.buffer.tell() / len(self._file.raw)


def _as_shown(cells: list[str]) -> list[str]:
    """Return the text of cells written ="00201", as which Excel shows them."""
    return [_AS_FORMULA.sub(r"\1", cell) if cell.startswith('="') else cell for cell in cells]


def _complaint(error: csv.Error) -> str:
    if "field limit" in str(error):
        return ENDLESS
    return "guillemets mal placés à partir d'ici : une case entre guillemets finit par un seul \" avant le séparateur"
