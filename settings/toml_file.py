"""The settings in a file: zin.toml of the current folder, or the one that ZIN_SETTINGS names.

A key is the name of a setting without ZIN_, in small letters. A folder in it is relative to the folder of the file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from settings.addresses import has_password
from settings.errors import InvalidSettings
from settings.file_access import is_readable_by_all, read_text
from settings.given_value import Kind, Value, is_named

FILE: Final = "zin.toml"
NAMED_BY: Final = "ZIN_SETTINGS"
_PLACE: Final = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """A file of settings that was read: its text serves to name the line of a key."""

    path: Path
    text: str

    def line(self, key: str) -> int:
        """Return the line of this key, 1 if it is not found."""
        found = re.search(rf"""(?m)^[ \t]*["']?{re.escape(key)}["']?[ \t]*=""", self.text)
        return self.text.count("\n", 0, found.start()) + 1 if found else 1

    def place(self, key: str) -> str:
        """Return the place of a key as editors write it: zin.toml:3."""
        return f"{self.path}:{self.line(key)}"


def find_file(environment: Mapping[str, str]) -> Path | None:
    """Return the path of the settings file; None if there is none."""
    if named := environment.get(NAMED_BY, ""):
        return Path(named)
    return Path(FILE) if Path(FILE).is_file() else None


def read_file(path: Path, kinds: Mapping[str, Kind]) -> dict[str, Value]:
    """Return the values of a settings file. Raises InvalidSettings with one line per fault."""
    file = SettingsFile(path, read_text(path, NAMED_BY))
    found = _parsed(file)
    faults = [f"{file.place(key)}: {fault}" for key, value in found.items() if (fault := _fault(key, value, kinds))]
    if faults:
        raise InvalidSettings("\n".join(faults))
    values = {key: Value(_text(value), file.place(key)) for key, value in found.items()}
    _check_secrets(file, values, kinds)
    return {key: _beside(file.path, value) if kinds.get(key) == "folder" else value for key, value in values.items()}


def _parsed(file: SettingsFile) -> dict[str, Any]:
    try:
        return tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.fullmatch(str(error))
        what, line, column = found.groups() if found else (str(error), "1", "1")
        at = f"{line}:{column}" if line else f"{len(file.text.splitlines())}:1"
        raise InvalidSettings(f'{file.path}:{at}: this is no TOML: {what}; a line is: name = "value"') from None


def _fault(key: str, value: Any, kinds: Mapping[str, Kind]) -> str:
    if key not in kinds and not is_named(key):
        bare = key.lower().removeprefix("zin_")
        likely = [bare] if bare in kinds else get_close_matches(bare, kinds, n=1)
        return f"{key}: no such setting" + (f"; did you mean {likely[0]}?" if likely else "")
    parts = value if isinstance(value, list) else [value]
    if not all(isinstance(part, str | int | float) for part in parts):
        return f"{key}: a text in quotes, a number, true or false, or a list of texts"
    return ""


def _text(value: Any) -> str:
    """Return a value as the environment would hold it."""
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _beside(path: Path, value: Value) -> Value:
    return Value(str(path.parent / value.text), value.origin) if value.text else value


def _check_secrets(file: SettingsFile, values: Mapping[str, Value], kinds: Mapping[str, Kind]) -> None:
    """Refuse a file with a secret that every user may read. Raises InvalidSettings."""
    held = [key for key, value in values.items() if _is_secret(key, value.text, kinds)]
    if held and is_readable_by_all(file.path):
        what = f"{held[0]} is a secret, and every user of this machine may read this file: chmod o-r {file.path}"
        raise InvalidSettings(f"{file.place(held[0])}: {what}, or put it into the file of ZIN_{held[0].upper()}_FILE")


def _is_secret(key: str, text: str, kinds: Mapping[str, Kind]) -> bool:
    """Return whether this value must stay private: a secret, or an address with a password."""
    is_hidden = kinds.get(key) == "secret" or is_named(key)
    return bool(text) and (has_password(text) if "://" in text else is_hidden)
