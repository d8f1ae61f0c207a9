"""The check of WhatsApp's settings, over HTTP to its API on this machine: what is there, what is wrong, what to do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from channels.whatsapp.setup import check
from settings import Settings
from tests.support.sms_gateway import FakeAnswer
from tests.support.whatsapp_api import SECRETS, CloudApi, cloud_api, failure, settings


@pytest.fixture
async def api() -> AsyncIterator[CloudApi]:
    async with cloud_api() as api:
        yield api


async def test_setup_reports_number_and_remaining_steps(api: CloudApi) -> None:
    assert await check(settings(api.url, whatsapp_template="zin_info/fr")) == [
        "ZIN_WHATSAPP_TOKEN : présent",
        "ZIN_WHATSAPP_APP_SECRET : présent",
        "ZIN_WHATSAPP_VERIFY_TOKEN : présent",
        "ZIN_WHATSAPP_PHONE_ID : présent",
        "ZIN_WHATSAPP_TEMPLATE : le modèle zin_info, en fr",
        "Numéro : +229 01 61 00 00 00 (« Zin ») répond ; qualité : bonne",
        "Chez Meta, WhatsApp, Configuration, Webhook : entrez l'adresse https://votre-domaine/whatsapp et le mot de"
        " ZIN_WHATSAPP_VERIFY_TOKEN",
        "Au même endroit, abonnez-vous au champ « messages », à lui seul",
    ]


async def test_setup_reports_missing_settings_without_a_call() -> None:
    lines = await check(Settings(env="demo"))
    assert [line.partition(";")[0].strip() for line in lines[:6]] == [
        "ZIN_WHATSAPP_TOKEN : manque",
        "ZIN_WHATSAPP_APP_SECRET : vaut encore « demo »",
        "ZIN_WHATSAPP_VERIFY_TOKEN : vaut encore « demo »",
        "ZIN_WHATSAPP_PHONE_ID : manque",
        "ZIN_WHATSAPP_TEMPLATE : aucun",
        "Numéro : pas encore vérifié",
    ]


WRONG = (
    (failure(190, 401), "refuse le jeton"),
    (failure(0), "refuse le jeton"),
    (FakeAnswer("", 401), "refuse le jeton"),
    (failure(10), "n'a pas le droit"),
    (failure(200, 403), "n'a pas le droit"),
    (FakeAnswer("", 403), "n'a pas le droit"),
    (failure(100), "ne connaît pas cet identifiant"),
    (failure(33), "ne connaît pas cet identifiant"),
    (FakeAnswer("", 404), "ne connaît pas cet identifiant"),
    (failure(131000, 500), "réponse inattendue de Meta (erreur 131000)"),
    (FakeAnswer("{}", 200), "réponse inattendue de Meta (statut 200)"),
    (FakeAnswer("", 302, headers={"Location": "http://127.0.0.1:1/"}), "réponse inattendue de Meta (statut 302)"),
    (FakeAnswer("", closes=True), "ne répond pas (ServerDisconnectedError)"),
)


@pytest.mark.parametrize(("answer", "words"), WRONG, ids=[words for _, words in WRONG])
async def test_setup_reports_each_failure(api: CloudApi, answer: FakeAnswer, words: str) -> None:
    api.instead = [answer]
    line = (await check(settings(api.url)))[5]
    assert line.startswith("Numéro : ")
    assert words in line
    assert " ; " in line, "what to do is missing"


async def test_setup_reports_wrong_token_id_and_template(api: CloudApi) -> None:
    assert "refuse le jeton" in (await check(settings(api.url, whatsapp_token=SecretStr("old"))))[5]
    wrong = await check(settings(api.url, whatsapp_phone_id="+22961000000", whatsapp_template="zin_info"))
    assert "que des chiffres" in wrong[3]
    assert "mal écrit" in wrong[4]
    assert "ne connaît pas cet identifiant" in wrong[5]


@pytest.mark.parametrize("named", [None, "Zin\nde\tl'État", "x" * 500, 7])
async def test_setup_shows_any_name_in_one_line(api: CloudApi, named: Any) -> None:
    number = {"display_phone_number": "+229 01 61 00 00 00", "verified_name": named, "quality_rating": ["GREEN"]}
    api.instead = [FakeAnswer(json.dumps(number), 200)]
    line = (await check(settings(api.url)))[5]
    assert "répond ; qualité : pas encore connue" in line
    assert len(line) < 200
    assert len(line.splitlines()) == 1


async def test_shows_no_secret(api: CloudApi) -> None:
    for answers in ([], [failure(190, 401)]):
        api.instead = answers
        lines = "\n".join(await check(settings(api.url)))
        assert not [hidden for hidden in SECRETS if hidden in lines]
