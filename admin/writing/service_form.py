"""The form of one service: its names, and each fact with where it was read and when, asked in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from authoring.services.record import ABOUT, LISTS, NAMES
from catalog.entry_types import DAY
from catalog.facts import FACTS
from state.country import country
from state.yaml_files.strict_model import MISSING_KEY

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
SHARED: Final = "all"  # source and date of each fact that has no others: "all.source", "all.as_of"
SHARED_LABELS: Final = {
    "source": ("D'où le savez-vous ?", "une affiche, un texte, l'adresse d'une page"),
    "as_of": ("Vrai à quelle date ?", "le jour, comme 24/11/2026, ou le mois, comme 11/2026"),
}
ASK_SOURCE: Final = "D'où le savez-vous ? Une affiche, un texte, l'adresse d'une page."
ASK_DAY: Final = "À quelle date était-ce vrai ? Écrivez le jour, comme 24/11/2026."
ASK_NEW: Final = "Ce renseignement a changé : écrivez d'où vient le nouveau, et à quelle date il était vrai."
MISSING: Final = "À remplir : sans cela, les citoyens ne trouvent pas ce service."
NO_DAY: Final = "« {} » n'est pas une date : écrivez le jour, comme 24/11/2026, ou le mois, comme 11/2026."
ASKED: Final = frozenset(MISSING_KEY.format(key) for key in (*REQUIRED, *SHARED_LABELS))  # in the words of a file
_DAY: Final = re.compile(r"(?:(\d{1,2})/)?(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form sent, by field: "name", "cost.value", "cost.source", and "all.source" for each fact without one."""

    values: Mapping[str, str] = field(repr=False)

    def fields(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of the service's file; what the form does not ask for stays as before."""
        made: dict[str, Any] = dict(before)
        for key in (*NAMES, "asked"):
            _put(made, key, self.values.get(key, "").strip())
        words = [word for one in self.values.get("words", "").split(",") if (word := one.strip())]
        _put(made, "words", words)
        for key in FACTS:
            _put(made, key, self._fact(key, before.get(key)))
        if made.get("asked") == "3" and "asked" not in before:
            del made["asked"]
        return made

    def missing(self, before: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
        """Return what must still be typed, by field: names, and the source of each fact that is new or changed."""
        found = {key: (MISSING,) for key in REQUIRED if not self._text(key)}
        for key in FACTS:
            found |= {field: (line,) for field, line in self._unsourced(key, before.get(key))}
        return found

    def passed_over(self, missing: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        """Return of what is missing what stands above something typed: the rest may still come."""
        has_facts = any(self._text(f"{key}.value") for key in FACTS)
        typed = [number for number, key in enumerate(REQUIRED) if self._text(key)]
        reached = REQUIRED if has_facts else REQUIRED[: max(typed, default=0)]
        return {key: lines for key, lines in missing.items() if key in reached or key not in REQUIRED}

    def _text(self, field: str) -> str:
        return self.values.get(field, "").strip()

    def _fact(self, key: str, before: Any) -> dict[str, Any]:
        value: Any = self.values.get(f"{key}.value", "").strip()
        if key == "documents":
            value = [line for one in value.splitlines() if (line := one.strip())]
        elif key == "cost":
            value = amount(value)
        if not value:
            return {}
        about = {part: self._text(f"{key}.{part}") for part in ABOUT[1:]}
        is_new = _has_old_source({"value": value, **_iso_days(about)}, before)
        shared = {part: self._text(f"{SHARED}.{part}") for part in SHARED_LABELS}
        about |= {part: text for part, text in shared.items() if text and (is_new or not about[part])}
        return {"value": value, **{part: text for part, text in _iso_days(about).items() if text}}

    def _unsourced(self, key: str, before: Any) -> Iterator[tuple[str, str]]:
        fact = self._fact(key, before)
        if not fact:
            return
        has_own = any(self._text(f"{key}.{part}") for part in SHARED_LABELS)
        asked = key if has_own else SHARED
        if not fact.get("source"):
            yield f"{asked}.source", ASK_SOURCE
        if not fact.get("as_of"):
            yield f"{asked}.as_of", ASK_DAY
        elif not re.fullmatch(DAY, fact["as_of"]):
            at = key if self._text(f"{key}.as_of") else SHARED
            yield f"{at}.as_of", NO_DAY.format(self._text(f"{at}.as_of"))
        if _has_old_source(fact, before):
            yield f"{key}.source", ASK_NEW


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
    return values | {f"{SHARED}.{part}": "" for part in SHARED_LABELS}


def amount(typed: str) -> str:
    """Return a price typed as « 5 000 FCFA » in the form of the files; everything else as it is, without spaces."""
    for unit in country().currency.spellings:
        typed = typed.removesuffix(unit).rstrip()
    return "".join(typed.split())


def iso_day(typed: str) -> str:
    """Return a day typed as 24/11/2026, or a month, in the form of the files; everything else as it is."""
    found = _DAY.fullmatch(typed)
    if not found:
        return typed
    day = f"-{int(found[1]):02}" if found[1] else ""
    return f"{found[3]}-{int(found[2]):02}{day}"


def _iso_days(about: Mapping[str, str]) -> dict[str, str]:
    return {**about, **{part: iso_day(about[part]) for part in ("as_of", "until")}}


def _has_old_source(fact: Mapping[str, Any], before: Any) -> bool:
    """Whether a fact that is in the file has another value, and still says the source and date of the old one."""
    is_changed = isinstance(before, Mapping) and before.get("value") != fact["value"]
    return is_changed and all((before.get(part) or "") == (fact.get(part) or "") for part in SHARED_LABELS)


def _put(made: dict[str, Any], key: str, value: Any) -> None:
    if value:
        made[key] = value
    else:
        made.pop(key, None)
