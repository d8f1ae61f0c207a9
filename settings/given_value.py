"""A value that somebody gave to a setting, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from settings.named_values import GATEWAY, MINISTRY

Kind = Literal["text", "secret", "folder"]
ENVIRONMENT: Final = "environment"
FOLDERS: Final = frozenset({"inbox"})  # beside the settings that are paths: empty means none


@dataclass(frozen=True, slots=True)
class Value:
    """A value as text, and where it stands: the environment, a file, or a line of a file."""

    text: str = field(repr=False)
    origin: str


def kinds_of(fields: Mapping[str, FieldInfo]) -> dict[str, Kind]:
    """Return the kind of each setting."""
    return {name: _kind(name, one) for name, one in fields.items()}


def is_named(name: str) -> bool:
    """Return whether this names a value that only files in menus/sources or gateways use."""
    return any(kind.fullmatch(f"ZIN_{name.upper()}") for kind in (MINISTRY, GATEWAY))


def _kind(name: str, one: FieldInfo) -> Kind:
    if one.annotation is SecretStr:
        return "secret"
    return "folder" if one.annotation is Path or name in FOLDERS else "text"
