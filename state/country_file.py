"""Reads locales/country.yaml, what an installation knows of its country, and activates it in a process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from state.country import Country, Currency, Network, NumberForm, NumberingPlan, use
from state.country.numbering import FORM, covers
from state.errors import InvalidMenu, Problem
from state.text.languages import FRENCH
from state.yaml_files.loader import Document, Where, parse, read
from state.yaml_files.strict_model import StrictModel, text_pattern, validate
from state.yaml_files.types import MINISTRY, Short

FILE: Final = "country.yaml"
MINISTRY_WORDS: Final = "un nom court en minuscules sans accent, comme justice"


def _zone(written: str) -> str:
    try:
        ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        what = "fuseau horaire inconnu de cette machine : un nom comme Africa/Porto-Novo (paquet tzdata)"
        raise ValueError(f"« {written} » : {what}") from None
    return written


Digits = Annotated[str, text_pattern(r"^[0-9]{1,15}$", "des chiffres entre guillemets")]
Beginning = Annotated[str, text_pattern(r"^[0-9]{0,8}$", "des chiffres entre guillemets")]
Form = Annotated[str, text_pattern(FORM, "une forme comme 01XXXXXXXX ou [2-9]XXXXXXX, de 4 à 15 chiffres")]
_MinistryKey = Annotated[str, text_pattern(MINISTRY, MINISTRY_WORDS, most=40)]


class _Currency(StrictModel):
    code: Annotated[str, text_pattern(r"^[A-Z]{3}$", "le code de la monnaie, trois lettres majuscules comme XOF")]
    name: Short
    sign: Short


class _Form(StrictModel):
    written: Form
    drop: Beginning = ""
    add: Beginning = ""


class _Numbers(StrictModel):
    country_code: Annotated[str, text_pattern(r"^[1-9][0-9]?[0-9]?$", "l'indicatif entre guillemets, comme « 229 »")]
    forms: Annotated[tuple[_Form, ...], Field(min_length=1)]
    unused: Annotated[str, text_pattern(r"^[0-9X]{4,15}$", "une forme comme 010XXXXXXX")] = ""


class _Network(StrictModel):
    name: Short
    codes: tuple[Annotated[str, text_pattern(r"^[0-9]{5,6}$", "cinq ou six chiffres : MCC et MNC")], ...] = ()
    begins: tuple[Digits, ...] = ()
    trial: Digits


class _File(StrictModel):
    name: Short
    code: Annotated[str, text_pattern(r"^[A-Z]{2}$", "le code du pays, deux lettres majuscules comme BJ")]
    code3: Annotated[str, text_pattern(r"^[A-Z]{3}$", "le code du pays, trois lettres majuscules comme BEN")]
    time_zone: Annotated[str, AfterValidator(_zone)]
    currency: _Currency
    service_code: Annotated[str, text_pattern(r"^\*[0-9*]{1,20}#$", "un code comme *384*229#, entre guillemets")]
    numbers: _Numbers
    networks: Annotated[tuple[_Network, ...], Field(min_length=1)]
    guessable: tuple[Short, ...] = ()
    ministries: dict[_MinistryKey, Short] = Field(default_factory=dict)
    portal_codes: Annotated[str, text_pattern(r"^[A-WYZ0-9-]*X[A-Z0-9-]*$", "une forme comme PSXXXXX")] = ""


def read_country(locales: Path) -> tuple[Country | None, list[Problem]]:
    """Read the country of a locales folder; None if it has problems."""
    path = locales / FILE
    try:
        return _read(str(path), path.read_bytes())
    except OSError:
        return None, read(path).problems


def activate(locales: Path) -> None:
    """Serve the country of this folder from now on, in this process. Raises InvalidMenu."""
    found, problems = read_country(locales)
    if found is None:
        raise InvalidMenu(problems)
    use(found)


@lru_cache(maxsize=4)
def _read(file: str, raw: bytes) -> tuple[Country | None, list[Problem]]:
    document = parse(raw, file)
    found = validate(document, document.data, _File) if document.data is not None else None
    if found:
        document.problems += [document.problem_at(where, what) for where, what in _wrong(found)]
    return (None if document.problems or found is None else _country(found)), _sorted(document)


def _sorted(document: Document) -> list[Problem]:
    return sorted(set(document.problems))


def _wrong(found: _File) -> Iterator[tuple[Where, str]]:
    """Yield what no single value shows, each with its place."""
    first = found.numbers.forms[0].written
    for place, form in enumerate(found.numbers.forms):
        if not covers(form.written, form.drop):
            yield (
                ("numbers", "forms", place, "drop"),
                _mismatch(form.written, form.drop),
            )
    if (unused := found.numbers.unused) and not covers(first, unused.replace("X", "0"), whole=True):
        yield ("numbers", "unused"), f"ces numéros n'ont pas la forme {first}"
    yield from _wrong_networks(found, first)
    for name in ("name", "sign"):
        if lost := FRENCH.lost(getattr(found.currency, name)):
            yield ("currency", name), f"« {lost[0]} » ne s'affiche pas sur un téléphone simple"


def _wrong_networks(found: _File, first: str) -> Iterator[tuple[Where, str]]:
    """Yield the first digits of networks that no number of the country has, or that two networks have."""
    stored = _stored(found.numbers.forms[0])
    for place, network in enumerate(found.networks):
        if not covers(first, network.trial):
            yield ("networks", place, "trial"), _mismatch(first, network.trial)
        for digits in network.begins:
            if not covers(stored, digits):
                yield ("networks", place, "begins"), _mismatch(stored, digits)
            if sum(digits in other.begins for other in found.networks) > 1:
                yield ("networks", place, "begins"), f"deux réseaux ont les numéros qui commencent par {digits}"


def _stored(form: _Form) -> str:
    """Return a form as numbers of it are stored, without what is dialled within the country only."""
    return form.add + form.written.removeprefix(form.drop)


def _mismatch(form: str, digits: str) -> str:
    return f"aucun numéro de forme {form} ne commence par {digits}"


def _country(found: _File) -> Country:
    plan = NumberingPlan(
        found.numbers.country_code,
        tuple(NumberForm(one.written, one.drop, one.add) for one in found.numbers.forms),
        found.numbers.unused,
        tuple(Network(one.name, one.codes, one.begins, one.trial) for one in found.networks),
    )
    money = Currency(found.currency.code, found.currency.name, found.currency.sign)
    zone, words, codes = ZoneInfo(found.time_zone), found.guessable, found.portal_codes
    head = (found.name, found.code, found.code3, zone, money, found.service_code)
    return Country(*head, plan, words, codes, found.ministries)
