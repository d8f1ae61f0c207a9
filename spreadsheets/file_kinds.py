"""Recognizes files that are neither a CSV nor an XLSX workbook, and says what to do with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"  # first bytes of all files of Excel before 2007, and of encrypted ones since
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO] 2.3.4.4
_HEAD: Final = 4096  # bytes in which a page of the web names itself
_RESAVE: Final = "ouvrez-le dans un tableur et enregistrez-le en XLSX"
_BY_START: Final[Mapping[bytes, str]] = {
    b"%PDF": "un PDF : demandez le fichier dont il a été tiré, en XLSX ou en CSV",
    b"{\\rtf": "un texte mis en forme (RTF) : demandez le fichier dont il a été tiré, en XLSX ou en CSV",
    b"\x1f\x8b": "une archive comprimée (.gz) : ouvrez-la, et donnez le fichier qu'elle contient",
    b"7z\xbc\xaf\x27\x1c": "une archive comprimée (.7z) : ouvrez-la, et donnez le fichier qu'elle contient",
    b"Rar!": "une archive comprimée (.rar) : ouvrez-la, et donnez le fichier qu'elle contient",
}
_MARKUP: Final[Mapping[re.Pattern[bytes], str]] = {
    re.compile(rb"urn:schemas-microsoft-com:office:spreadsheet"): f"un vieux classeur XML : {_RESAVE}",
    re.compile(
        rb"<(!doctype html|html|table|meta)", re.IGNORECASE
    ): f"une page web nommée comme un classeur : {_RESAVE}",
}


def foreign_kind(raw: bytes) -> str:
    """Return what these bytes are and what to do; "" if they may be a CSV or an XLSX workbook."""
    if raw.startswith(OLD_EXCEL):
        if _ENCRYPTED in raw:
            return "ce classeur est protégé par un mot de passe : enlevez-le, et enregistrez en XLSX"
        return "ce fichier est un vieux classeur (.xls) : enregistrez-le en XLSX"
    kind = next((kind for start, kind in _BY_START.items() if raw.startswith(start)), "")
    head = raw[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not kind and head.startswith(b"<"):
        kind = next((kind for pattern, kind in _MARKUP.items() if pattern.search(head)), "")
    return f"ce fichier est {kind}" if kind else ""
