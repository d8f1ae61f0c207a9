"""Settings in files of their own: ZIN_X_FILE names the file of ZIN_X, and systemd hands files over as credentials.

A credential has the name of its setting, with or without ZIN_: LoadCredential=rest_keys:/etc/zin/rest_keys.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Final

from settings.errors import InvalidSettings
from settings.file_access import read_text
from settings.given_value import Value, is_named

ENDING: Final = "_FILE"
CREDENTIALS: Final = "CREDENTIALS_DIRECTORY"  # systemd.exec(5), LoadCredential=
PREFIX: Final = "zin_"


def read_secret_files(environment: Mapping[str, str], known: Collection[str]) -> dict[str, Value]:
    """Return the values in files that the environment names. Raises InvalidSettings with one line."""
    credentials = tuple(_credentials(environment, known))
    handed = {name: path for name, path, _ in credentials}
    found = {name: Value(_content(path, place), place) for name, path, place in credentials}
    for name, path, place in _named(environment, known):
        if name in found and path != handed[name]:  # a unit may name its credential, too
            raise InvalidSettings(f"{place}: {found[name].origin} gives the same setting: keep one of them")
        found[name] = Value(_content(path, place), f"{place}={path}")
    return found


def is_file_name(variable: str, known: Collection[str]) -> bool:
    """Return whether this variable names the file of a setting."""
    name = variable.lower().removeprefix(PREFIX).removesuffix(ENDING.lower())
    return variable.upper().endswith(ENDING) and (name in known or is_named(name))


def _named(environment: Mapping[str, str], known: Collection[str]) -> Iterator[tuple[str, Path, str]]:
    for variable, path in environment.items():
        if path and variable.upper().startswith(PREFIX.upper()) and is_file_name(variable, known):
            yield variable.lower().removeprefix(PREFIX).removesuffix(ENDING.lower()), Path(path), variable


def _credentials(environment: Mapping[str, str], known: Collection[str]) -> Iterator[tuple[str, Path, str]]:
    folder = environment.get(CREDENTIALS, "")
    for path in sorted(Path(folder).iterdir()) if folder and Path(folder).is_dir() else ():
        name = path.name.lower().removeprefix(PREFIX)
        if name in known or is_named(name):
            yield name, path, f"credential {path.name}"


def _content(path: Path, place: str) -> str:
    """Return what a file holds, without the line end that editors add."""
    text = read_text(path, place).removesuffix("\n").removesuffix("\r")
    if "\n" in text or "\0" in text:
        raise InvalidSettings(f"{place}: {path} has several lines; a setting is one line")
    return text
