"""No package that Zin installs obliges who ships it to more than naming its authors."""

from __future__ import annotations

import subprocess
import sys
from email.message import Message

import pytest

from tests.quality.licences import EXCEPTIONS, LOCK, PINNED, WITH_TELEMETRY, allowed, complaints, expression
from tests.support.patience import PATIENCE

EXPRESSIONS = [
    ("MIT", True),
    ("Apache-2.0 OR GPL-3.0-only", True),
    ("Apache-2.0 AND GPL-3.0-only", False),
    ("(Apache-2.0 OR MIT) AND BSD-3-Clause", True),
    ("MIT AND (GPL-2.0-or-later OR LGPL-2.1-only)", False),
    ("GPL-2.0-or-later", False),
    ("LGPL-3.0-only", False),
    ("MPL-2.0", False),
    ("Apache-2.0 WITH LLVM-exception", False),
    ("UNKNOWN", False),
    ("GNU General Public License (GPL)", False),
    ("MIT (", False),
    ("", False),
]


@pytest.mark.parametrize(("licence", "fits"), EXPRESSIONS)
def test_licence_is_allowed_if_permissive_terms_suffice(licence: str, fits: bool) -> None:
    assert allowed(licence) == fits


METADATA = [
    ({"License-Expression": "MIT", "License": "GPL"}, "MIT"),
    ({"License": "Apache 2"}, "Apache-2.0"),
    ({"License": "MIT License\n\nCopyright", "Classifier": "License :: OSI Approved :: MIT License"}, "MIT"),
    ({"Classifier": "License :: OSI Approved :: BSD License"}, "BSD-3-Clause"),
    ({"License": "GNU General Public License (GPL)"}, ""),
    ({"Classifier": "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"}, "GNU-General-Public-License"),
    ({}, ""),
]


@pytest.mark.parametrize(("fields", "licence"), METADATA)
def test_licence_is_read_from_three_fields(fields: dict[str, str], licence: str) -> None:
    metadata = Message()
    for name, value in fields.items():
        metadata[name] = value
    found = expression(metadata)  # type: ignore[arg-type]  # the same mapping of headers that metadata gives
    assert found.startswith(licence)
    assert allowed(found) == (licence in ("MIT", "Apache-2.0", "BSD-3-Clause"))


def test_every_installed_package_has_a_permissive_licence() -> None:
    lock = WITH_TELEMETRY.read_text(encoding="utf-8")
    assert len(PINNED.findall(lock)) == lock.count("==")
    assert {*PINNED.findall(LOCK.read_text(encoding="utf-8"))} < {*PINNED.findall(lock)}
    assert list(complaints(lock)) == []


def test_missing_package_or_licence_is_reported() -> None:
    assert list(complaints("certifi==2026.1.1 \\\n    --hash=sha256:0\nno-such-package==1 \\\n")) == [
        "no-such-package: not installed, so its licence is not known: make .venv/tests"
    ]
    (wrong,) = complaints("hypothesis==6 \\\n")  # which the tests use, and nobody ships
    assert wrong == "hypothesis: MPL-2.0 is not in the list of tests/quality/licences.py"


def test_exceptions_name_installed_packages() -> None:
    lock = LOCK.read_text(encoding="utf-8")
    assert [name for name in EXCEPTIONS if f"\n{name}==" not in lock] == []


def test_licence_check_succeeds() -> None:
    subprocess.run([sys.executable, "-m", "tests.quality.licences"], check=True, timeout=PATIENCE)
