"""Recorded calls: what is refused, audited and never overwritten."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from accounts.audit import Audit
from admin.auth import HEADER
from server import SERVICES
from settings import Settings
from tests.support.admin_client import open_admin_site, sign_in
from tests.support.browser import Making
from tests.support.conversation import Market
from tests.support.sandbox_client import NUMBER, Trying, trying

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("title", "steps"),
    [
        ("", ["(appel)"]),
        ("...", ["(appel)"]),
        ("x" * 101, ["(appel)"]),
        ("Rien", []),
        ("Pas d'appel", ["1"]),
        ("Trop", ["(appel)"] * 61),
        ("Long", ["(appel)", "1" * 161]),
        ("Ligne", ["(appel)", "1\n> 2"]),
    ],
)
async def test_invalid_recording_is_refused(our_settings: Making, tmp_path: Path, title: str, steps: list[str]) -> None:
    async with trying(our_settings(journeys=tmp_path)) as trial:
        answer = await trial.ask("parcours", 409, title=title, language="fr", steps=orjson.dumps(steps).decode())
        assert answer["error"]
        assert [name for name in os.listdir(tmp_path) if name.endswith(".txt")] == []


@pytest.mark.parametrize("steps", ["", "{}", "[1]", "[", '"x"'])
async def test_invalid_steps_are_refused(trial: Trying, steps: str) -> None:
    await trial.ask("parcours", 400, title="Rien", language="fr", steps=steps)


async def test_recording_is_audited_and_never_overwrites(our_settings: Making, tmp_path: Path) -> None:
    wish: Mapping[str, Any] = {"title": "../Les  Menus", "language": "fr", "steps": '["(appel)"]'}
    async with trying(our_settings(journeys=tmp_path)) as trial:
        assert (await trial.ask("parcours", **wish))["file"] == "les_menus.txt"
        written = (tmp_path / "les_menus.txt").read_text(encoding="utf-8")
        assert written.startswith("# ../Les Menus\n\n> (appel)\nServices publics")
        await trial.ask("parcours", 409, **wish)
        assert (tmp_path / "les_menus.txt").read_text(encoding="utf-8") == written
        last = await Audit(trial.client.app[SERVICES].database).last(2)
        assert [(one.operator, one.action, one.subject) for one in last] == [
            ("demo", "journeys record", "les_menus.txt"),
            ("demo", "refused: journeys record", "../Les  Menus"),
        ]
    async with trying(our_settings_again(trial.settings, tmp_path / "nowhere")) as trial:
        assert "ne peut pas être écrit" in (await trial.ask("parcours", 409, **wish))["error"]


def our_settings_again(settings: Settings, journeys: Path) -> Settings:
    return settings.model_copy(update={"journeys": journeys})


async def test_viewer_may_try_but_not_record(valkey_url: str, tmp_path: Path) -> None:
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = {HEADER: await sign_in(client, "viewer")}
        phone = {"channel": "africastalking_ussd", "number": NUMBER, "language": "fr"}
        assert (await client.post("/bureau/essai/service/appareil", data=phone, headers=token)).status == 200
        wish = {"title": "Rien", "steps": "[]"}
        assert (await client.post("/bureau/essai/service/parcours", data=wish, headers=token)).status == 403


async def test_personal_data_is_never_recorded_in_production(
    valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = replace(Market.questions["secret.word"], guarded=False)  # else it is answered with a sample, or not at all
    monkeypatch.setattr(Market, "questions", {**Market.questions, public.name: public})
    async with open_admin_site(valkey_url, tmp_path) as client:
        token = {HEADER: await sign_in(client, "editor")}
        wish = {"title": "Secret", "language": "fr", "steps": '["(appel) 1*sésame"]'}
        answer = await client.post("/bureau/essai/service/parcours", data=wish, headers=token)
        assert answer.status == 409
        assert "données d'une personne" in (await answer.json())["error"]
