"""Files of gateways in a test: the shipped ones, with the secrets that they name, and broken copies."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from channels.declared.credentials import label, named_in
from channels.declared.files import read_gateways
from settings import Settings

GATEWAYS = Path(__file__).parents[2] / "gateways"
SECRET = "secret-des-essais-de-passerelles"
FILES = read_gateways(GATEWAYS)
SMS = {name: file for name, file in FILES.items() if file.sms}
USSD = {name: file for name, file in FILES.items() if file.ussd}


def settings_of(valkey_url: str, folder: Path, **more: Any) -> Settings:
    """Settings of a server whose hops may take as long as any gateway waits."""
    times = {"connect_seconds": 3.0, "source_seconds": 8.0, "hop_seconds": 9.5}
    return Settings.model_validate({"env": "demo", "redis_url": valkey_url, "data": folder, **times, **more})


def configure(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Give every secret and sender of these files the same value, as an administrator sets them."""
    for name in names:
        file = FILES[name]
        for named in named_in(file):
            assert named.setting, label(named)
            monkeypatch.setenv(named.setting, SECRET)
        if file.sms and file.sms.send and file.sms.send.sender:
            monkeypatch.setenv(file.sms.send.sender, SECRET)


def broken_copy(folder: Path, name: str, old: str, new: str) -> Path:
    """A folder with one shipped file in which a text is replaced, and the dialects."""
    shutil.copytree(GATEWAYS / "dialects", folder / "dialects")
    text = (GATEWAYS / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    (folder / f"{name}.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder
