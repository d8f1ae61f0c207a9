"""The format of log lines before the settings are read, or if they cannot be.

It is that of the environment which the settings name, in their order: a variable, a file of its own, zin.toml. A file
with a fault elsewhere still counts, because the line about that fault is one of a server in production.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from settings.errors import InvalidSettings
from settings.given_value import Kind
from settings.given_values import environment_values
from settings.secret_files import read_secret_files
from settings.toml_file import find_file

ENV: Final = "env"
KINDS: Final[Mapping[str, Kind]] = {ENV: "text"}
_LINE: Final = re.compile(r"""(?m)^[ \t]*env[ \t]*=[ \t]*["'](\w+)["']""")


def wants_readable_logs(environment: Mapping[str, str]) -> bool:
    """Return whether log lines are for a terminal, as far as can be known."""
    return _named_environment(environment) != "production"


def _named_environment(environment: Mapping[str, str]) -> str:
    for name, value in environment_values(environment, KINDS):
        if name == ENV:
            return value.text
    with suppress(InvalidSettings):
        if found := read_secret_files(environment, KINDS).get(ENV):
            return found.text
    return _in_settings_file(environment)


def _in_settings_file(environment: Mapping[str, str]) -> str:
    """Return what the settings file names; "" if it cannot be read, which the settings report."""
    path = find_file(environment)
    try:
        text = path.read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError):
        return ""
    try:
        return str(tomllib.loads(text).get(ENV, ""))
    except tomllib.TOMLDecodeError:
        found = _LINE.search(text)
        return found[1] if found else ""
