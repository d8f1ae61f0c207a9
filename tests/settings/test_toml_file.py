"""The settings file zin.toml: what it may hold, what passes before it, and what a fault is answered."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from settings import InvalidSettings, given_values, load
from settings.named_values import ministry_value

LONG_SECRET = "k7Vd0bq3XyW9sTz1mNc5Ra"  # 22 characters


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty current folder, and an environment in which nothing of Zin is set."""
    for name in [name for name in os.environ if name.upper().startswith("ZIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, path: Path = Path("zin.toml"), mode: int = 0o644) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)


def test_values_are_read_from_the_current_folder() -> None:
    write("port = 9000\nat_sender = 5000\ndatabase_pooled = true\n")
    write(f'{Path("zin.toml").read_text()}proxies = ["10.0.0.7", "fd00::/8"]\nhop_seconds = 6.5\n')
    settings = load()
    assert (settings.port, settings.at_sender, settings.database_pooled) == (9000, "5000", True)
    assert (settings.proxies, settings.hop_seconds) == ("10.0.0.7,fd00::/8", 6.5)


def test_environment_passes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    write("port = 9000\nhop_seconds = 6\n")
    monkeypatch.setenv("ZIN_PORT", "9001")
    monkeypatch.setenv("ZIN_HOP_SECONDS", "")
    assert (load().port, load().hop_seconds) == (9001, 6)


def test_folders_are_relative_to_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    write('menus = "menus"\ndata = "/srv/zin"\ninbox = "in"\n', Path("place/zin.toml"))
    monkeypatch.setenv("ZIN_SETTINGS", "place/zin.toml")
    settings = load()
    assert (settings.menus, settings.data, settings.inbox) == (Path("place/menus"), Path("/srv/zin"), "place/in")
    assert settings.locales == Path("locales")


def test_origin_of_each_value_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    write('# ports\n\nport = 9000\n"hop_seconds" = 6\n')
    monkeypatch.setenv("ZIN_HOST", "::1")
    origins = {name: one.origin for name, one in given_values().items()}
    assert origins == {"port": "zin.toml:3", "hop_seconds": "zin.toml:4", "host": "environment"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("port = 1\nprot = 2\n", "zin.toml:2: prot: no such setting; did you mean port?"),
        ("ZIN_PORT = 2\n", "zin.toml:1: ZIN_PORT: no such setting; did you mean port?"),
        ("xyzzy = 2\n", "zin.toml:1: xyzzy: no such setting"),
        ("\nport = 'many'\n", "zin.toml:2: port: Input should be a valid integer"),
        ("port = 1\nport = 2\n", "zin.toml:2:9: this is no TOML: Cannot overwrite a value"),
        ("port = \n", "zin.toml:1:8: this is no TOML: Invalid value"),
        ("host = 'x", "zin.toml:1:1: this is no TOML: "),
        ("[port]\nx = 1\n", "zin.toml:1: port: a text in quotes, a number, true or false, or a list of texts"),
        ("port = 1979-05-27\n", "zin.toml:1: port: a text in quotes"),
        ("proxies = [['10.0.0.7']]\n", "zin.toml:1: proxies: a text in quotes"),
        ("ministry_x_token = {a = 1}\n", "zin.toml:1: ministry_x_token: a text in quotes"),
    ],
)  # fmt: skip
def test_fault_is_one_line_with_its_place(text: str, line: str) -> None:
    write(text)
    with pytest.raises(InvalidSettings) as wrong:
        load()
    assert str(wrong.value).startswith(line)
    assert len(str(wrong.value).splitlines()) == 1


def test_every_unknown_key_is_reported() -> None:
    write("prot = 2\nhots = 1\n")
    with pytest.raises(InvalidSettings, match=r"(?s)zin\.toml:1: prot.*zin\.toml:2: hots"):
        load()


def test_file_that_is_named_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZIN_SETTINGS", "nowhere/zin.toml")
    with pytest.raises(InvalidSettings, match=r"ZIN_SETTINGS: nowhere/zin\.toml cannot be read: No such file"):
        load()


def test_file_that_others_can_change_is_refused() -> None:
    write("port = 9000\n", mode=0o646)
    with pytest.raises(InvalidSettings, match=r"zin\.toml can be changed by every user.*chmod o-w zin\.toml"):
        load()


@pytest.mark.parametrize("key", ["rest_keys", "ministry_rnpp_token"])
def test_secret_in_a_file_for_all_is_refused(key: str) -> None:
    write(f'port = 9000\n{key} = "{LONG_SECRET}"\n')
    with pytest.raises(InvalidSettings, match=rf"zin\.toml:2: {key} is a secret.*ZIN_{key.upper()}_FILE") as wrong:
        load()
    assert LONG_SECRET not in str(wrong.value)


def test_secret_in_a_private_file_is_read() -> None:
    write(f'rest_keys = "{LONG_SECRET}"\nministry_rnpp_token = "t0k"\n', mode=0o640)
    settings = load()
    assert settings.rest_keys.get_secret_value() == LONG_SECRET
    assert ministry_value(settings, "ZIN_MINISTRY_RNPP_TOKEN") == "t0k"
    assert "t0k" not in repr(settings)
    assert ministry_value(settings, "ZIN_REST_KEYS") == ""


@pytest.mark.parametrize("address", ["redis://zin:hidden@10.0.0.5/0", "redis://10.0.0.5/0?password=hidden"])
def test_password_in_an_address_is_a_secret(address: str) -> None:
    write(f'redis_url = "{address}"\n')
    with pytest.raises(InvalidSettings, match=r"zin\.toml:1: redis_url is a secret") as wrong:
        load()
    assert "hidden" not in str(wrong.value)


def test_address_without_a_password_is_no_secret() -> None:
    write('env = "production"\nredis_url = "redis://10.0.0.5:6379/0"\ndatabase_url = "postgresql://zin@10.0.0.6/zin"\n')
    with pytest.raises(InvalidSettings, match=r"^ZIN settings: secret: it is required"):
        load()
