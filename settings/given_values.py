"""All values that somebody gave to settings: of the environment first, then of secret files, then of zin.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from pydantic.fields import FieldInfo

from settings.errors import InvalidSettings
from settings.file_access import is_readable_by_all
from settings.given_value import ENVIRONMENT, Kind, Value, is_named, kinds_of
from settings.secret_files import PREFIX, is_file_name, read_secret_files
from settings.toml_file import NAMED_BY, find_file, read_file

# What other programs of an installation read, and Zin does not.
ELSEWHERE: Final = frozenset({NAMED_BY})


def read_values(environment: Mapping[str, str], fields: Mapping[str, FieldInfo]) -> dict[str, Value]:
    """Return the given values by the name of their setting. Raises InvalidSettings with one line per fault."""
    kinds = kinds_of(fields)
    typed = dict(environment_values(environment, kinds))
    in_files = read_secret_files(environment, kinds)
    for name in sorted(typed.keys() & in_files.keys()):
        raise InvalidSettings(f"ZIN_{name.upper()}: {in_files[name].origin} gives it too: keep one of them")
    file = find_file(environment)
    return {**(read_file(file, kinds) if file else {}), **in_files, **typed}


def unknown_variables(environment: Mapping[str, str], fields: Mapping[str, FieldInfo]) -> Iterator[str]:
    """Yield a line for each variable of the environment that looks like a setting and is none."""
    for variable in sorted(environment):
        name = variable.lower().removeprefix(PREFIX)
        is_ours = name in fields or is_named(name) or variable in ELSEWHERE or is_file_name(variable, fields)
        if variable.upper().startswith(PREFIX.upper()) and not is_ours:
            likely = get_close_matches(name, fields, n=1)
            yield f"{variable}: no such setting" + (f"; did you mean ZIN_{likely[0].upper()}?" if likely else "")


def exposed_files(values: Mapping[str, Value]) -> Iterator[str]:
    """Yield a line for each secret in a file of its own that every user of the machine may read."""
    for name, value in sorted(values.items()):
        variable, is_named, path = value.origin.partition("=")
        if is_named and is_readable_by_all(Path(path)):
            yield f"{variable}: every user of this machine may read {path}, the value of ZIN_{name.upper()}"


def environment_values(environment: Mapping[str, str], kinds: Mapping[str, Kind]) -> Iterator[tuple[str, Value]]:
    """Yield the values that the environment itself gives, by the name of their setting."""
    for variable, text in environment.items():
        name = variable.lower().removeprefix(PREFIX)
        if text and variable.upper().startswith(PREFIX.upper()) and (name in kinds or is_named(name)):
            yield name, Value(text, ENVIRONMENT)
