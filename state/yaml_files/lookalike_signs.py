"""Finds signs that look like those of YAML and are not: no-break spaces, long dashes, curly quotes, wide colons.

Word processors, web pages and French keyboards write them. YAML takes them for text (YAML 1.2, 6.1: indentation is made
of U+0020), so the fault that it reports is elsewhere, or there is none. Inside a text they are right, and stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

MAX_ABOVE: Final = 20  # lines above a fault in which its cause is looked for
Place = tuple[int, int, str]  # line and column, from 1, and what is wrong there
_SPACES: Final = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_HIDDEN: Final = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_INVISIBLE: Final = re.compile(f"[{_SPACES}{_HIDDEN}]")
_BLANK: Final = re.compile(f"[{_SPACES}]")
_NOWHERE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_LINE_ENDS: Final = "\x85\u2028\u2029"
_WORD: Final = re.compile(r"[a-z][a-z0-9_.]*")
_NAMES: Final = {
    "\u00a0": "espace insécable",
    "\u202f": "espace insécable fine",
    "\u200b": "espace sans largeur",
    "\ufeff": "marque d'ordre des octets",
    "\u3000": "espace double",
}
_CONFLICT: Final = ("<<<<<<< ", "=======", ">>>>>>> ")
MIXED: Final = "deux versions sont mêlées : gardez-en une, et enlevez les lignes <<<<<<<, ======= et >>>>>>>"
_QUOTED: Final = re.compile("[“”„‟][^“”„‟]*[“”„‟]|[‘’‚‛][^‘’‚‛]*[‘’‚‛]")
# Behind the indentation of a line: an invisible sign, one behind the sign of a list or behind a key, a long dash or a
# dot of a list, a wide colon. The group `sign` is the sign that is wrong.
_BEGINNING: Final = re.compile(
    rf"(?:- *)*(?:(?P<sign>[{_SPACES}{_HIDDEN}])|-(?P<dash>[{_SPACES}])|[a-z][a-z0-9_]* ?:(?P<colon>[{_SPACES}])"
    rf"|(?P<bullet>[–—―−•·])[ {_SPACES}]|[a-z][a-z0-9_]*(?P<wide>[：﹕꞉]))"
)
_IN_BRACES: Final = re.compile(
    rf"[{{,](?P<sign>[{_SPACES}{_HIDDEN}]) *[a-z_]+ ?:|[{{,] *[a-z_]+:(?P<colon>[{_SPACES}])"
)
_CURLY: Final = re.compile(r"(?:^|: |- |[{,] )(?P<quote>[“”„‟‘‚‛])")


def find_anywhere(text: str) -> Place | None:
    """Return the first sign that no text may contain: a control sign, or an invisible end of a line."""
    found = _NOWHERE.search(text)
    if not found:
        return None
    before = text[: found.start()].replace("\r\n", "\n").replace("\r", "\n")
    remedy = "effacez-le, et tapez Entrée" if found[0] in _LINE_ENDS else "effacez-le"
    what = f"signe invisible (U+{ord(found[0]):04X}) : {remedy}"
    return before.count("\n") + 1, len(before) - before.rfind("\n"), what


def find_in_line(lines: Sequence[str], line: int) -> Place | None:
    """Return the nearest such sign at this line, from 1, or above, where YAML reports a fault."""
    for number in range(min(line, len(lines)), max(0, line - MAX_ABOVE), -1):
        text = lines[number - 1]
        if text.startswith(_CONFLICT):
            return number, 1, MIXED
        indent = len(text) - len(text.lstrip(" "))
        for pattern, start in ((_BEGINNING, indent), (_IN_BRACES, None), (_CURLY, None)):
            found = pattern.match(text, start) if start is not None else pattern.search(text)
            if found:
                name = found.lastgroup or ""
                return number, found.start(name) + 1, _what(found[name])
    return None


def find_in_key(key: str) -> tuple[int, str] | None:
    """Return the place, from 0, of such a sign in a key, and what is wrong."""
    return _at_the_edge(key) or find_in_plain(key, begins_line=True)


def find_in_plain(value: str, *, begins_line: bool) -> tuple[int, str] | None:
    """Return the place, from 0, of such a sign in a text without quotes, and what is wrong.

    `begins_line`: only indentation or the sign of a list stands before the text on its line.
    """
    if value.isascii():
        return None
    if _QUOTED.fullmatch(value):
        return 0, _what(value[0])
    if begins_line and (found := _BEGINNING.match(value)):
        name = found.lastgroup or ""
        return found.start(name), _what(found[name])
    visible = _INVISIBLE.sub("", value)
    return _first(value) if visible != value and _WORD.fullmatch(visible) else None


def _at_the_edge(key: str) -> tuple[int, str] | None:
    for place in (0, len(key) - 1):
        if key and _INVISIBLE.match(key[place]):
            return place, _what(key[place])
    return None


def _first(value: str) -> tuple[int, str] | None:
    found = _INVISIBLE.search(value)
    return (found.start(), _what(found[0])) if found else None


def _what(sign: str) -> str:
    """Return what this sign is, and what to type in its place."""
    code = f"U+{ord(sign):04X}"
    if _INVISIBLE.match(sign):
        name = _NAMES.get(sign) or ("espace particulière" if _BLANK.match(sign) else "signe sans largeur")
        return f"signe invisible ({code}, {name}) : effacez-le" + (
            ", et tapez une espace" if _BLANK.match(sign) else ""
        )
    if unicodedata.category(sign) in ("Pi", "Pf", "Ps"):
        return f'guillemets courbes ({sign}, {code}) : mettez des guillemets droits (")'
    if sign in "：﹕꞉":
        return f"« {sign} » ({code}) n'est pas un deux-points ordinaire : tapez « : » et une espace"
    return f"« {sign} » ({code}) n'est pas le tiret d'une liste : tapez « - » et une espace, ou mettez des guillemets"
