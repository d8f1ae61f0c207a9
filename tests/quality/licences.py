"""Under which licences the packages stand that Zin installs: python -m tests.quality.licences, which `make check` runs.

What a ministry ships must oblige it to nothing but to name the authors, so only permissive licences are allowed, LGPL
not either: the terms of a library are then those of what it is shipped in. requirements-telemetry.lock holds every
package, those that ours need among them; a package says its licence in its own metadata.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement

LOCK: Final = Path(__file__).parents[2] / "requirements.lock"
WITH_TELEMETRY: Final = LOCK.with_name("requirements-telemetry.lock")  # all of LOCK, and what an extra needs
PERMISSIVE: Final = frozenset({"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "PSF-2.0", "Zlib"})
# Not permissive, and allowed to one package each. The Mozilla licence binds who changes a file of that package, and
# nobody who ships it beside their own (section 3.3): Zin installs both as they are published.
EXCEPTIONS: Final[Mapping[str, str]] = {
    "certifi": "MPL-2.0",  # the list of certificate authorities, which is data
    "orjson": "MPL-2.0",  # of a part of it, beside Apache-2.0 or MIT
}
# How metadata says what SPDX calls otherwise: the field License and the classifiers are free text.
SPELLINGS: Final[Mapping[str, str]] = {
    "Apache 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "Python Software Foundation License": "PSF-2.0",
}
NAME: Final = re.compile(r"[A-Za-z0-9.+-]+")
PINNED: Final = re.compile(r"^[A-Za-z0-9][^\s#\\]*(?: ; [^\\]+)?", re.MULTILINE)


def complaints(lock: str) -> Iterator[str]:
    """What is wrong with the licences of the packages of a lock file."""
    for line in PINNED.findall(lock):
        wanted = Requirement(line.strip())
        if wanted.marker and not wanted.marker.evaluate():
            continue  # not for this Python: it is looked at where it is installed
        try:
            found = expression(metadata.metadata(wanted.name))
        except metadata.PackageNotFoundError:
            yield f"{wanted.name}: not installed, so its licence is not known: make .venv/tests"
            continue
        if not allowed(found, EXCEPTIONS.get(wanted.name, "")):
            named = found or "a licence that it does not name"
            yield f"{wanted.name}: {named} is not in the list of tests/quality/licences.py"


def expression(package: metadata.PackageMetadata) -> str:
    """The licence of a package as SPDX writes it; all that its classifiers name where it has no better word."""
    if "License-Expression" in package:
        return package["License-Expression"]
    field = package["License"].strip() if "License" in package else ""
    field = SPELLINGS.get(field, field)
    if field and NAME.fullmatch(field):
        return field
    classifiers = [str(one) for one in package.get_all("Classifier") or ()]
    names = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License :: ")]
    return " AND ".join(SPELLINGS.get(name, name.replace(" ", "-")) for name in names)


def allowed(expression: str, besides: str = "") -> bool:
    """Whether a licence expression of SPDX can be met by permissive licences, and this one besides."""

    def met(name: re.Match[str]) -> str:
        if name[0] in ("AND", "OR"):
            return name[0].lower()
        return str(name[0] in PERMISSIVE or name[0] == besides)

    try:
        return _value(ast.parse(NAME.sub(met, expression), mode="eval").body)
    except (SyntaxError, ValueError):  # nothing, words, or WITH an exception: nobody has read that yet
        return False


def _value(node: ast.expr) -> bool:
    if isinstance(node, ast.BoolOp):
        return (all if isinstance(node.op, ast.And) else any)(map(_value, node.values))
    if isinstance(node, ast.Constant):
        return node.value is True
    raise ValueError("no licence expression")


def main() -> None:
    found = list(complaints(WITH_TELEMETRY.read_text(encoding="utf-8")))
    for line in found:
        print(line, file=sys.stderr)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
