"""The form of one service: its names, and each fact with where it was read and when, asked in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from authoring.services.record import ABOUT, LISTS, NAMES
from catalog.facts import FACTS

NEW: Final = "nouveau"  # in an address: a service that has no file yet
NAME_LABELS: Final = {
    "name": "Nom entier",
    "short": "Nom court, pour les listes (30 signes au plus)",
    "theme": "Thème",
    "life_event": "Événement de la vie",
    "administration": "Administration qui le rend",
    "code": "Code au portail (facultatif), comme PS00373",
    "words": "Mots que les citoyens tapent pour le trouver, séparés par des virgules",
    "asked": "Combien il est demandé : de 1, rarement, à 5, tous les jours",
}
REQUIRED: Final = ("name", "short", "theme", "life_event", "administration")
FACT_LABELS: Final = {
    "cost": ("Prix", "le montant en chiffres seulement ; 0 si c'est gratuit"),
    "rates": ("Barème", "si le prix dépend du cas, en une phrase ; à la place du prix"),
    "delay": ("Délai", "comme : 72 h, ou 3 jours"),
    "validity": ("Validité", "combien de temps le papier vaut"),
    "documents": ("Pièces à apporter", "une par ligne"),
    "where": ("Où aller", "le guichet, ou « en ligne seulement »"),
    "url": ("Adresse de la page", "commence par https://"),
}
ABOUT_LABELS: Final = {
    "source": "D'où le savez-vous ?",
    "as_of": "Vrai à quelle date ?",
    "until": "Jusqu'à quel jour ? (facultatif)",
    "note": "À dire en plus au citoyen (facultatif)",
}
ASK_SOURCE: Final = "D'où le savez-vous ? Une affiche, un texte, l'adresse d'une page."
ASK_DAY: Final = "À quelle date était-ce vrai ? Écrivez le jour, comme 24/11/2026."
ASK_NEW: Final = "Ce renseignement a changé : écrivez d'où vient le nouveau, et à quelle date il était vrai."
MISSING: Final = "À remplir : sans cela, les citoyens ne trouvent pas ce service."
_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form sent, by field: "name", "cost.value", "cost.source"."""

    values: Mapping[str, str] = field(repr=False)

    def fields(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of the service's file; what the form does not ask for stays as before."""
        made: dict[str, Any] = dict(before)
        for key in (*NAMES, "asked"):
            _put(made, key, self.values.get(key, "").strip())
        words = [word for one in self.values.get("words", "").split(",") if (word := one.strip())]
        _put(made, "words", words)
        for key in FACTS:
            _put(made, key, self._fact(key))
        if made.get("asked") == "3" and "asked" not in before:
            del made["asked"]
        return made

    def missing(self, before: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
        """Return what must still be typed, by field: names, and the source of each fact that is new or changed."""
        found = {key: (MISSING,) for key in REQUIRED if not self.values.get(key, "").strip()}
        for key in FACTS:
            found |= {f"{key}.{part}": (line,) for part, line in self._unsourced(key, before.get(key))}
        return found

    def _fact(self, key: str) -> dict[str, Any]:
        value: Any = self.values.get(f"{key}.value", "").strip()
        if key == "documents":
            value = [line for one in value.splitlines() if (line := one.strip())]
        elif key == "cost":
            value = re.sub(r"\s", "", value)
        if not value:
            return {}
        about = {part: self.values.get(f"{key}.{part}", "").strip() for part in ABOUT[1:]}
        about |= {part: iso_day(about[part]) for part in ("as_of", "until")}
        return {"value": value, **{part: text for part, text in about.items() if text}}

    def _unsourced(self, key: str, before: Any) -> Iterator[tuple[str, str]]:
        fact = self._fact(key)
        if not fact:
            return
        if not fact.get("source"):
            yield "source", ASK_SOURCE
        if not fact.get("as_of"):
            yield "as_of", ASK_DAY
        is_changed = isinstance(before, Mapping) and before.get("value") != fact["value"]
        if is_changed and all(before.get(part) == fact.get(part) for part in ("source", "as_of")):
            yield "source", ASK_NEW


def values_of(fields: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the values of the form for the fields of a file."""
    values = {key: str(fields.get(key) or "") for key in (*NAMES, "asked")}
    values |= {key: ", ".join(fields.get(key) or ()) for key in LISTS}
    values["asked"] = values["asked"] or "3"
    for key in FACTS:
        fact = fields.get(key)
        known: Mapping[str, Any] = fact if isinstance(fact, Mapping) else {}
        for part in ABOUT:
            value = known.get(part) or ""
            values[f"{key}.{part}"] = "\n".join(value) if isinstance(value, list) else str(value)
    return values


def iso_day(typed: str) -> str:
    """Return a day typed as 24/11/2026 in the form of the files; everything else as it is."""
    found = _DAY.fullmatch(typed)
    return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else typed


def _put(made: dict[str, Any], key: str, value: Any) -> None:
    if value:
        made[key] = value
    else:
        made.pop(key, None)
