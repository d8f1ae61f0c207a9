"""Who the audit names where a verb of the command line does something."""

from __future__ import annotations

import os
import pwd

import pytest

from cli.database_access import audit_identity

LOGIN = pwd.getpwuid(os.getuid()).pw_name


@pytest.mark.parametrize(
    ("person", "named"),
    [
        ("", f"console:{LOGIN}"),
        (LOGIN, f"console:{LOGIN}"),
        ("a.kossou", f"console:{LOGIN}/a.kossou"),
        ("a kossou", f"console:{LOGIN}"),
        ("awa\n", f"console:{LOGIN}"),
        ("-awa", f"console:{LOGIN}"),
        ("a" * 32, f"console:{LOGIN}/{'a' * 32}"[:40]),
        ("a" * 33, f"console:{LOGIN}"),
    ],
)
def test_person_behind_sudo_follows_the_login(person: str, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", person)
    assert audit_identity() == named


def test_user_without_a_name_is_named_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert audit_identity() == "console:4000000"
