"""Whose the results of an exam are: those of the ministry that its file in menus/exams names, or of the house."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from accounts.accounts import Operator
from catalog.entries import EXAMS
from results.announcer import TOPIC
from results.refusals import PublicationRefused

Ministries = Mapping[str, str]  # the short name of the ministry by exam, "" for an exam of the house
UNKNOWN: Final = "?"  # no account has this ministry: only those of none see and change it
NONE_KNOWN: Final[Ministries] = MappingProxyType({})


def exam_ministries(menus: Path) -> Ministries:
    """Return the ministries of the exams of a folder of menus; an exam whose file has a fault is of the house."""
    return {name: exam.ministry or "" for name, exam in EXAMS.read(menus / EXAMS.folder)[0].items()}


def ministry_of_set(named: str, ministries: Ministries) -> str:
    """Return the ministry of an exam session, or of a result set of it, such as bac-2026.1; UNKNOWN for no exam."""
    return ministries.get(named.partition("-")[0], UNKNOWN)


def ministry_of_topic(topic: str, ministries: Ministries) -> str:
    """Return the ministry of what is announced under a topic, as of a set; a gateway, which is no topic, is of all."""
    kind, _, session = topic.partition(":")
    return ministry_of_set(session, ministries) if kind == TOPIC else ""


def require_own(by: Operator, named: str, ministries: Ministries) -> None:
    """Raise PublicationRefused if the results of this session are not this operator's to change."""
    if not by.scope.may_change(ministry_of_set(named, ministries)):
        raise PublicationRefused("Cet examen n'est pas à votre ministère.")
