"""Each secret has a purpose of its own, can be changed without a gap, and is shown to nobody."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import ValidationError

from channels.contracts.channel import is_one_of
from database import open_database
from database.secret_fingerprints import check_secrets
from server import build
from settings import Address, InvalidSettings, Settings, load
from tests.support.admin_client import no_sources
from tests.support.conversation import FRENCH_ONLY
from tests.support.menu_copies import shared_menus
from tests.support.production import migrated
from tests.support.secret_values import NUMBER, A, B, C, D, fill, printed, settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.startswith("ZIN_")]:
        monkeypatch.delenv(name)
    return monkeypatch


def test_one_secret_serves_every_purpose() -> None:
    found = settings(secret=A).secrets
    assert (found.at, found.madapi, found.rest, found.pepper) == ((A,), (A,), (A,), A)
    assert (found.whatsapp_app, found.telegram) == ((), ())


def test_purpose_list_precedes_the_shared_secret() -> None:
    found = settings(secret=A, at_secrets=f"{B}, {C}", rest_keys=D, pepper="p" * 22).secrets
    assert (found.at, found.madapi, found.rest, found.pepper) == ((B, C, A), (A,), (D, A), "p" * 22)
    alone = settings(at_secrets=B, rest_keys=D, pepper="p" * 22).secrets
    assert (alone.at, alone.madapi) == ((B,), ())  # whom no secret is for is believed never


WRONG: list[tuple[dict[str, str], str]] = [
    ({}, "secret: it is required"),
    ({"rest_keys": A}, "pepper and rest_keys"),
    ({"pepper": A}, "pepper and rest_keys are, both; `zin secrets` prints them"),
    ({"secret": "demo"}, "secret: this one is known"),
    ({"secret": A[1:]}, "secret: 22 characters"),
    *(({"secret": f"{A}{sign}{A}"}, "secret: it stands in an address") for sign in '/?#% \té{}"\\^`|<>\0'),
    *(({"secret": A, "at_secrets": f"{B}{sign}"}, "at_secrets: it stands in an address") for sign in "/?#%"),
    ({"secret": A, "madapi_secrets": f"{B}/"}, "madapi_secrets: it stands in an address"),
    ({"secret": A, "at_secrets": f"{B},short"}, "at_secrets: 22 characters"),
    ({"secret": A, "rest_keys": "short"}, "rest_keys: 22 characters"),
    ({"secret": A, "rest_keys": f"{B} {C}"}, "rest_keys: letters"),
    ({"secret": A, "pepper": "demo"}, "pepper: this one is known"),
    ({"secret": A, "pepper": "court"}, "pepper: 22 characters"),
    ({"secret": A, "telegram_secret": f"{B}+"}, "telegram_secret: 1 to 256"),
    ({"secret": A, "telegram_secret": f"{B},short"}, "telegram_secret: 22 characters"),
    ({"secret": A, "whatsapp_app_secret": "short"}, "whatsapp_app_secret: 22 characters"),
    ({"secret": A, "whatsapp_verify_token": "demo"}, "whatsapp_verify_token: this one is known"),
    ({"secret": A, "at_secrets": B, "rest_keys": B}, "at_secrets, rest_keys: the same secret"),
    ({"secret": A, "at_secrets": f"{B},{C}", "telegram_secret": f"{D},{C}"}, "at_secrets, telegram_secret: the same"),
    ({"pepper": A, "rest_keys": A}, "rest_keys, pepper: the same secret"),
    ({"at_secrets": A, "rest_keys": B, "pepper": A}, "at_secrets, pepper: the same secret"),
]


@pytest.mark.parametrize(("values", "wrong"), WRONG)
def test_invalid_weak_or_shared_secret_stops_the_start(values: dict[str, str], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong) as error:
        settings(**values)
    shown = str(error.value)
    assert not [value for value in values.values() for one in value.split(",") if len(one) > 5 and one in shown]


@pytest.mark.parametrize("sign", "._~!$&'()*+,;=:@-")
def test_secret_in_an_address_stays_valid(sign: str) -> None:
    assert settings(secret=f"{A}{sign}").secrets.at == (f"{A}{sign}",)


def test_one_value_in_several_lists_is_temporary() -> None:
    assert settings(secret=A, pepper=A, at_secrets=f"{B},{A}", rest_keys=f"{C},{A}")


def test_any_listed_secret_is_accepted() -> None:
    secrets = (b"one", b"two")
    assert [is_one_of(given, secrets) for given in (b"one", b"two", b"on", b"", b"three")] == [True, True, *[False] * 3]
    assert not is_one_of(b"", (b"",))
    assert not is_one_of(b"", ())


async def test_each_gateway_has_its_own_secrets(valkey_url: str, tmp_path: Path) -> None:
    folders = {"data": tmp_path, "menus": shared_menus(), "locales": FRENCH_ONLY, "redis_url": valkey_url}
    values = {"at_secrets": f"{A},{B}", "madapi_secrets": C, "rest_keys": D, "pepper": "p" * 22}
    made = Settings.model_validate({"env": "production", **folders, **values})
    form = {"sessionId": "s1", "serviceCode": "*384*229#", "phoneNumber": NUMBER, "text": ""}
    async with TestClient(TestServer(build(await migrated(made), opened=no_sources))) as client:
        statuses: dict[str, int] = {}
        for secret in (A, B, C, D, "p" * 22, "demo"):
            async with client.post(f"/ussd/africastalking/{secret}", data=form) as answer:
                statuses[secret] = answer.status
            async with client.post(f"/ussd/madapi/{secret}", json={}) as answer:
                assert (answer.status == 403) is (secret != C)
    assert {secret for secret, status in statuses.items() if status == 200} == {A, B}
    assert set(statuses.values()) == {200, 403}


ADDRESSES = [
    ("redis://:hidden@10.0.0.5/0", "redis://********@10.0.0.5/0"),
    ("redis://zin:hid@den@10.0.0.5:6379/0", "redis://********@10.0.0.5:6379/0"),
    ("redis://10.0.0.5/0?password=hidden&db=1", "redis://10.0.0.5/0?password=********&db=1"),
    ("unix:///run/valkey.sock?password=hidden", "unix:///run/valkey.sock?password=********"),
    ("rediss://10.0.0.5", "rediss://10.0.0.5"),
    ("https://zin:hidden@api.ministere.bj/v1", "https://********@api.ministere.bj/v1"),
    ("", ""),
]


@pytest.mark.parametrize(("address", "masked"), ADDRESSES)
def test_an_address_shows_no_password(address: str, masked: str) -> None:
    assert Address(address).masked == masked
    assert repr(Address(address)) == repr(masked)
    assert f"{Address(address)}" == address  # a client needs the whole address


def test_settings_show_no_password(tmp_path: Path) -> None:
    values = {
        "redis_url": "redis://zin:hidden1@10.0.0.5/0",
        "database_url": "postgresql://zin:hidden2@10.0.0.6/zin",
        "requests_url": "https://zin:hidden3@api.ministere.bj",
        "telegram_url": "https://zin:hidden4@telegram.example",
        "secret": A,
    }
    made = settings(**values)
    shown = [repr(made), str(made), str(made.model_dump()), repr(made.secrets), printed("config", **values)]
    for wrong in ({"port": "http"}, {"hop_seconds": "1"}, {"redis_url": "nonsense:hidden1@x"}):
        with pytest.raises(ValidationError) as error:
            settings(**{**values, **wrong})
        shown += [str(error.value), repr(error.value)]
    assert not [word for word in ("hidden", A) for text in shown if word in text]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"secret": B}, "ZIN_PEPPER"),
        ({"secret": A, "pepper": B}, "ZIN_PEPPER"),
        ({"pepper": A, "rest_keys": B}, "ZIN_REST"),
    ],
)
async def test_server_refuses_secrets_unlike_the_stored_ones(
    values: Mapping[str, str], wrong: str, valkey_url: str, tmp_path: Path
) -> None:
    await fill(tmp_path)
    folders: dict[str, Any] = {"data": tmp_path, "menus": shared_menus(), "locales": FRENCH_ONLY}
    base = {"env": "production", "redis_url": valkey_url, **folders}
    database = open_database(Settings.model_validate({**base, "secret": A}))
    await check_secrets(database, settings(secret=A).secrets)
    await database.close()
    app = build(Settings.model_validate({**base, **values}), opened=no_sources)
    with pytest.raises(Exception, match=wrong):
        async with TestServer(app):
            pass


def test_environment_settings_follow_the_same_rules(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("ZIN_ENV", "production")
    bare.setenv("ZIN_SECRET", f"{A}/{A}")
    with pytest.raises(InvalidSettings, match="secret: it stands in an address") as wrong:
        load()
    assert "\n" not in str(wrong.value)
    assert A not in str(wrong.value)
