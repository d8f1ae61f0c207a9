"""Settings: what they are unless set, and what a wrong one is answered."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import GATEWAY_SECONDS, MIN_SECRET_CHARACTERS, InvalidSettings, Settings, load

LONG_SECRET = "k7Vd0bq3XyW9sTz1mNc5Ra"  # 22 characters


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which nothing of Zin is set yet."""
    for name in [name for name in os.environ if name.upper().startswith("ZIN_")]:
        monkeypatch.delenv(name)
    return monkeypatch


def put(monkeypatch: pytest.MonkeyPatch, variables: str) -> None:
    """Set variables written as "ZIN_ENV=production ZIN_PORT=1"."""
    for name, value in (one.split("=", 1) for one in variables.split()):
        monkeypatch.setenv(name, value)


def test_default_is_a_demonstration_on_this_machine() -> None:
    settings = load()
    assert (settings.env, settings.host, settings.port) == ("demo", "127.0.0.1", 8080)
    assert settings.secret.get_secret_value() == "demo"
    assert (settings.data, settings.menus) == (Path("var"), Path("menus"))
    assert (settings.redis_url, settings.database_url.get_secret_value()) == ("", "")
    assert (settings.session_seconds, settings.redial_seconds) == (180, 600)


def test_default_timeouts_nest_within_the_gateways() -> None:
    settings = load()
    assert GATEWAY_SECONDS > settings.hop_seconds > settings.source_seconds > settings.connect_seconds > 0


@pytest.mark.parametrize(
    "variables",
    [
        "ZIN_HOP_SECONDS=10",
        "ZIN_HOP_SECONDS=3",
        "ZIN_SOURCE_SECONDS=5",
        "ZIN_SOURCE_SECONDS=1",
        "ZIN_CONNECT_SECONDS=3",
        "ZIN_HOP_SECONDS=inf",
        "ZIN_CONNECT_SECONDS=nan",
    ],
)
def test_timeouts_that_do_not_nest_are_refused(bare: pytest.MonkeyPatch, variables: str) -> None:
    put(bare, variables)
    with pytest.raises(InvalidSettings, match="ZIN"):
        load()


def test_timeouts_that_nest_are_accepted(bare: pytest.MonkeyPatch) -> None:
    put(bare, "ZIN_HOP_SECONDS=9.9 ZIN_SOURCE_SECONDS=9.8 ZIN_CONNECT_SECONDS=9.7")
    assert load().hop_seconds == 9.9


@pytest.mark.parametrize("secret", ["", "demo", LONG_SECRET[:-1]])
def test_production_refuses_a_missing_or_short_secret(bare: pytest.MonkeyPatch, secret: str) -> None:
    bare.setenv("ZIN_ENV", "production")
    bare.setenv("ZIN_SECRET", secret)
    with pytest.raises(InvalidSettings, match=f"secret.*{MIN_SECRET_CHARACTERS}") as wrong:
        load()
    assert not secret or secret not in str(wrong.value)


def test_production_has_no_default_secret(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("ZIN_ENV", "production")
    with pytest.raises(InvalidSettings, match="secret"):
        load()


def test_production_accepts_a_long_secret(bare: pytest.MonkeyPatch) -> None:
    put(bare, f"ZIN_ENV=production ZIN_SECRET={LONG_SECRET}")
    assert load().secret.get_secret_value() == LONG_SECRET


@pytest.mark.parametrize(
    ("variables", "lines"),
    [
        ("ZIN_PORT=99999", ["ZIN_PORT:"]),
        ("ZIN_PORT=http", ["ZIN_PORT:"]),
        ("ZIN_ENV=staging", ["ZIN_ENV:"]),
        ("ZIN_SESSION_SECONDS=0", ["ZIN_SESSION_SECONDS:"]),
        ("ZIN_REDIAL_SECONDS=2.5", ["ZIN_REDIAL_SECONDS:"]),
        ("ZIN_CONNECT_SECONDS=-1", ["ZIN_CONNECT_SECONDS:"]),
        ("ZIN_PORT=-1 ZIN_ENV=prod ZIN_HOP_SECONDS=soon", ["ZIN_ENV:", "ZIN_PORT:", "ZIN_HOP_SECONDS:"]),
        ("ZIN_HOP_SECONDS=2", ["ZIN settings:"]),
    ],
)
def test_each_invalid_value_is_reported_on_one_line(bare: pytest.MonkeyPatch, variables: str, lines: list[str]) -> None:
    put(bare, variables)
    with pytest.raises(InvalidSettings) as wrong:
        load()
    messages = str(wrong.value).splitlines()
    assert [line[: len(start)] for line, start in zip(messages, lines, strict=True)] == lines


def test_messages_about_invalid_values_contain_no_secret(bare: pytest.MonkeyPatch) -> None:
    secrets = {"ZIN_SECRET": "short-secret", "ZIN_DATABASE_URL": "postgresql://zin:hidden@db/zin"}
    put(bare, "ZIN_ENV=production " + " ".join(f"{name}={value}" for name, value in secrets.items()))
    for more in ("", "ZIN_PORT=http"):
        put(bare, more)
        with pytest.raises(InvalidSettings, match="ZIN") as wrong:
            load()
        assert wrong.value.__cause__ is None
        assert not [value for value in secrets.values() if value in str(wrong.value)]


def test_printed_settings_contain_no_secret(bare: pytest.MonkeyPatch) -> None:
    put(bare, f"ZIN_SECRET={LONG_SECRET} ZIN_DATABASE_URL=postgresql://zin:hidden@db/zin ZIN_REQUESTS_TOKEN=bearer")
    shown = repr(load()) + str(load().model_dump())
    assert not [word for word in (LONG_SECRET, "hidden", "bearer") if word in shown]


def test_settings_are_frozen() -> None:
    settings = load()
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # type: ignore[misc]  # what mypy refuses, the running program must refuse too


def test_unknown_variable_is_ignored(bare: pytest.MonkeyPatch) -> None:
    put(bare, "ZIN_UNKNOWN=1")
    assert load() == Settings()
