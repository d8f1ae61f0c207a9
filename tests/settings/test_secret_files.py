"""Secrets in files of their own: ZIN_X_FILE, and the credentials of systemd."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from settings import InvalidSettings, doubtful_values, given_values, load
from settings.named_values import ministry_value

SECRET = "k7Vd0bq3XyW9sTz1mNc5Ra"  # 22 characters


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An empty current folder, and an environment in which nothing of Zin is set."""
    for name in [name for name in os.environ if name.upper().startswith("ZIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def file(name: str, text: str, mode: int = 0o600) -> str:
    """A file with this text in the current folder; its whole path."""
    path = Path(name).absolute()
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return str(path)


def test_variable_names_the_file_of_a_secret(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("ZIN_REST_KEYS_FILE", file("keys", f"{SECRET}\n"))
    bare.setenv("ZIN_MINISTRY_RNPP_TOKEN_FILE", file("token", "t0k\n"))
    settings = load()
    assert settings.rest_keys.get_secret_value() == SECRET
    assert ministry_value(settings, "ZIN_MINISTRY_RNPP_TOKEN") == "t0k"


def test_any_setting_may_stand_in_a_file(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("ZIN_PORT_FILE", file("port", "9000"))
    assert load().port == 9000


def test_empty_file_name_names_no_file(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("ZIN_PORT_FILE", "")
    assert load().port == 8080


@pytest.mark.parametrize("name", ["rest_keys", "ZIN_REST_KEYS", "zin_rest_keys"])
def test_credential_of_systemd_is_read(bare: pytest.MonkeyPatch, name: str) -> None:
    credential = Path(file(f"credentials/{name}", SECRET, 0o400))
    file("credentials/other", "of another program")
    bare.setenv("CREDENTIALS_DIRECTORY", str(credential.parent))
    assert load().rest_keys.get_secret_value() == SECRET
    assert given_values()["rest_keys"].origin == f"credential {name}"


def test_variable_may_name_a_credential(bare: pytest.MonkeyPatch) -> None:
    credential = file("credentials/rest_keys", SECRET, 0o400)
    bare.setenv("CREDENTIALS_DIRECTORY", str(Path(credential).parent))
    bare.setenv("ZIN_REST_KEYS_FILE", credential)
    assert load().rest_keys.get_secret_value() == SECRET


def test_secret_file_passes_before_the_settings_file(bare: pytest.MonkeyPatch) -> None:
    file("zin.toml", "port = 1\n")
    bare.setenv("ZIN_PORT_FILE", file("port", "9000"))
    assert load().port == 9000


@pytest.mark.parametrize(
    ("text", "mode", "fault"),
    [
        (None, 0, "cannot be read: No such file"),
        ("one\ntwo\n", 0o600, "has several lines; a setting is one line"),
        (SECRET, 0o602, "can be changed by every user of this machine: chmod o-w "),
    ],
)
def test_faulty_secret_file_is_one_line(bare: pytest.MonkeyPatch, text: str | None, mode: int, fault: str) -> None:
    bare.setenv("ZIN_REST_KEYS_FILE", file("keys", text, mode) if text else str(Path("keys").absolute()))
    with pytest.raises(InvalidSettings, match=f"^ZIN_REST_KEYS_FILE: .*keys {fault}") as wrong:
        load()
    assert SECRET not in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_invalid_value_names_its_file(bare: pytest.MonkeyPatch) -> None:
    path = file("port", "many")
    bare.setenv("ZIN_PORT_FILE", path)
    with pytest.raises(InvalidSettings) as wrong:
        load()
    assert str(wrong.value).startswith(f"ZIN_PORT_FILE={path}: port: Input should be a valid integer")


def test_two_origins_of_one_secret_are_refused(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("ZIN_PEPPER_FILE", file("pepper", SECRET))
    bare.setenv("ZIN_PEPPER", SECRET)
    with pytest.raises(InvalidSettings, match=r"^ZIN_PEPPER: ZIN_PEPPER_FILE=.* gives it too: keep one of them$"):
        load()
    bare.delenv("ZIN_PEPPER")
    bare.setenv("CREDENTIALS_DIRECTORY", str(Path(file("credentials/pepper", SECRET)).parent))
    with pytest.raises(InvalidSettings, match=r"^ZIN_PEPPER_FILE: credential pepper gives the same setting"):
        load()


def test_secret_file_for_all_and_odd_variables_are_doubtful(bare: pytest.MonkeyPatch) -> None:
    open_to_all = file("pepper", SECRET, 0o644)
    bare.setenv("ZIN_PEPPER_FILE", open_to_all)
    bare.setenv("ZIN_REST_KEYS_FILE", file("keys", f"{SECRET}2"))
    bare.setenv("ZIN_PROT", "1")
    bare.setenv("ZIN_XYZZY_FILE", "1")
    bare.setenv("ZIN_MINISTRY_RNPP_URL", "http://10.0.0.9/")
    assert list(doubtful_values(given_values())) == [
        "ZIN_PROT: no such setting; did you mean ZIN_PORT?",
        "ZIN_XYZZY_FILE: no such setting",
        f"ZIN_PEPPER_FILE: every user of this machine may read {open_to_all}, the value of ZIN_PEPPER",
    ]
