"""Migrates an installation from one shared secret to one secret per purpose: prints lines for its environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from secrets import token_urlsafe
from shlex import quote
from typing import Final

from settings.secret_values import DEMO, IN_A_PATH

PEPPER: Final = "ZIN_PEPPER"
LISTS: Final = ("ZIN_REST_KEYS", "ZIN_AT_SECRETS", "ZIN_MADAPI_SECRETS")


def secret_migration_lines(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield lines that give each secret its own value, with instructions in French; the lines contain secrets.

    The environment is not checked: an installation that cannot start without these lines needs them too.
    """
    shared = environment.get("ZIN_SECRET", "")
    old = "" if shared == DEMO else shared
    stays = bool(IN_A_PATH.fullmatch(old))  # else no start takes it any more, and what it sealed needs it elsewhere
    missing = [name for name in (PEPPER, *LISTS) if not environment.get(name)]
    if not missing:
        yield "# Chaque secret a sa propre valeur. En voici une nouvelle, à mettre devant celle qui doit changer :"
        yield f"# {token_urlsafe()}"
        return
    yield "# À ajouter à l'environnement de zin serve et de zin deliver. Ces lignes sont des secrets."
    for name in missing:
        behind = f",{old}" if name == "ZIN_REST_KEYS" and old and not stays else ""
        value = (old or token_urlsafe()) if name == PEPPER else f"{token_urlsafe()}{behind}"
        yield f"{name}={quote(value)}"
    yield from _steps(stays) if old else ()


def _steps(stays: bool) -> Iterator[str]:
    keep = "Gardez" if stays else "Retirez"
    yield f"# 1. {keep} ZIN_SECRET, et redémarrez zin serve et zin deliver partout : rien n'est perdu."
    yield "# 2. Donnez à chaque passerelle son adresse avec le nouveau secret."
    yield "# 3. Lancez : zin secrets rotate"
    if stays:
        yield "# 4. Quand tout cela est fait, retirez ZIN_SECRET et redémarrez : les anciennes adresses sont fermées."
    yield "# ZIN_PEPPER ne change jamais : avec un autre, ni STOP ni langue choisie ne seraient retrouvés."
