"""What is wrong in a .po file, and what its translator must do."""

from __future__ import annotations

from typing import Final

ENCODING: Final = "enregistrez ce fichier en UTF-8, et dites-le dans son en-tête"
UTF_16: Final = "ce fichier est en UTF-16 : enregistrez-le en UTF-8"
FORMS: Final = "msgstr[0], msgstr[1]… vont avec msgid_plural, et msgstr seul avec msgid"
UNFINISHED: Final = "il manque msgstr à cette entrée"


def unreadable(line: str) -> str:
    """Return what is wrong with a line that is no part of a .po file."""
    shown = f"fichier .po illisible ici : {line[:60]}"
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return f"{shown} ; deux versions sont mêlées : gardez-en une, et enlevez ces marques"
    if set("“”„«»") & set(line) and '"' not in line:
        return f'{shown} ; mettez des guillemets droits (") autour du texte'
    if '"' in line:
        return f"{shown} ; un guillemet droit ouvre et ferme le texte, et s'écrit \\\" dedans"
    return shown
