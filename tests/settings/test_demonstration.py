"""A demonstration with the secret that everybody knows touches nothing real: no account, no address, no network."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import Settings
from settings.addresses import is_local, is_loopback
from tests.support.patience import PATIENCE

OWN = {"secret": "s" * 22}
WHATSAPP = {
    "whatsapp_token": "t",
    "whatsapp_app_secret": "a" * 32,
    "whatsapp_verify_token": "v" * 22,
    "whatsapp_phone_id": "1",
}
TELEGRAM = {"telegram_token": "1:t", "telegram_secret": "w" * 22}
HERE = "http://127.0.0.1:9/v1"

REAL = {
    "host": {"host": "0.0.0.0"},
    "every host": {"host": ""},
    "host of IPv6": {"host": "::"},
    "host by name": {"host": "zin.example"},
    "Africa's Talking": {"at_username": "ministere", "at_api_key": "k"},
    "sandbox elsewhere": {"at_username": "sandbox", "at_api_key": "k", "at_url": "https://api.africastalking.com/v1"},
    "WhatsApp": WHATSAPP,
    "Telegram": TELEGRAM,
    "PostgreSQL": {"database_url": "postgresql://zin@10.0.0.6/zin"},
    "PostgreSQL by option": {"database_url": "postgresql:///zin?host=10.0.0.6"},
    "one PostgreSQL of two": {"database_url": "postgresql://127.0.0.1,10.0.0.6/zin"},
    "Redis": {"redis_url": "redis://10.0.0.5/0"},
    "one node of a cluster": {"redis_url": "redis+cluster://127.0.0.1:7000,10.0.0.5:7000/"},
    "Redis with TLS": {"redis_url": "rediss://redis.example/0"},
    "one sentinel of three": {"redis_url": "sentinel://127.0.0.1,10.0.0.5:26380,127.0.0.1:26380/zin/0"},
    "a ministry": {"requests_url": "https://api.ministere.bj"},
    "a name that only looks local": {"requests_url": "http://localhost.example"},
    "a name before the real one": {"requests_url": "http://localhost@api.example"},
}
PLAY = {
    "nothing": {},
    "loopback": {"host": "127.0.0.2"},
    "loopback of IPv6": {"host": "::1"},
    "localhost": {"host": "localhost"},
    "sandbox": {"at_username": "sandbox", "at_api_key": "k"},
    "a stand-in of Africa's Talking": {"at_username": "ministere", "at_api_key": "k", "at_url": HERE},
    "a stand-in of WhatsApp": {**WHATSAPP, "whatsapp_url": HERE},
    "a stand-in of Telegram": {**TELEGRAM, "telegram_url": "http://[::1]:9"},
    "PostgreSQL here": {"database_url": "postgresql://zin@localhost:5433/zin"},
    "PostgreSQL on a socket": {"database_url": "postgresql:///zin?host=/run/postgresql"},
    "Redis here": {"redis_url": "redis://127.0.0.1:6379/0"},
    "Redis on a socket": {"redis_url": "unix:///run/valkey.sock"},
    "cluster here": {"redis_url": "redis+cluster://127.0.0.1:7000,localhost:7001/"},
    "sentinels here": {"redis_url": "sentinel://127.0.0.1:1,localhost:2,[::1]:3/zin/0"},
    "a ministry's stand-in": {"requests_url": HERE},
}
NOT_OWN = {
    "unset": {},
    "demo": {"secret": "demo"},
    "a list of one's own alone": {"at_secrets": "a" * 23},
    "demo behind a list": {"at_secrets": "a" * 23, "secret": "demo"},
    "keys and pepper beside demo": {"rest_keys": "r" * 22, "pepper": "p" * 22, "secret": "demo"},
}
APART = {"at_secrets": "a" * 22, "rest_keys": "r" * 22, "pepper": "p" * 22}


def demo(**values: str) -> Settings:
    return Settings.model_validate({"env": "demo", **values})


@pytest.mark.parametrize("secrets", NOT_OWN)
@pytest.mark.parametrize("real", REAL)
def test_real_services_refuse_the_demonstration_secret(real: str, secrets: str) -> None:
    with pytest.raises(ValidationError, match="ZIN_SECRET, and not `demo`") as wrong:
        demo(**REAL[real], **NOT_OWN[secrets])
    message = wrong.value.errors()[0]["msg"]
    assert next(iter(REAL[real])) in message
    assert "\n" not in message


@pytest.mark.parametrize("secrets", [OWN, APART], ids=["one", "apart"])
@pytest.mark.parametrize("real", REAL)
def test_real_services_accept_own_secrets(real: str, secrets: dict[str, str]) -> None:
    found = demo(**REAL[real], **secrets).secrets
    assert not found.is_demo()
    assert not [values for values in found.kinds().values() if "demo" in values]


@pytest.mark.parametrize("real", REAL)
def test_short_secret_is_refused_with_real_services(real: str) -> None:
    with pytest.raises(ValidationError, match="secret: 22 characters"):
        demo(**REAL[real], secret="court")


@pytest.mark.parametrize("one", PLAY)
def test_local_services_need_no_secret(one: str) -> None:
    assert demo(**PLAY[one]).secrets.at == ("demo",)


@pytest.mark.parametrize(("one", "other"), list(combinations(REAL, 2)))
def test_pairs_of_real_services_are_refused(one: str, other: str) -> None:
    with pytest.raises(ValidationError, match="beside anything real"):
        demo(**{**REAL[one], **REAL[other]})


def test_own_secret_disables_demonstration_webhooks() -> None:
    found = demo(**OWN, host="0.0.0.0").secrets
    assert (found.whatsapp_app, found.telegram, found.whatsapp_verify) == ((), (), ())


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("/run/x", True), ("0.0.0.0", False),
     ("", False), ("::", False), ("10.0.0.1", False), ("127.0.0.1.example", False), ("localhost.", False)],
)  # fmt: skip
def test_loopback_hosts_are_recognized(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_malformed_address_is_not_local() -> None:
    assert not is_local("http://[")
    assert not is_local("http://")


@pytest.mark.parametrize("verb", ["serve", "deliver"])
def test_refused_start_prints_one_line(verb: str, tmp_path: Path) -> None:
    given = {"ZIN_AT_USERNAME": "ministere", "ZIN_AT_API_KEY": "a-key", "ZIN_DATA": str(tmp_path / "data")}
    env = {name: value for name, value in os.environ.items() if not name.startswith("ZIN_")} | given
    command = [str(Path(sys.executable).with_name("zin")), verb]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.count("\n") == 1
    assert "at_username" in ran.stderr
    assert "a-key" not in ran.stderr
    assert not (tmp_path / "data").exists()
