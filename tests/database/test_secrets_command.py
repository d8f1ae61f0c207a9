"""The command zin secrets, and the deployment page that explains it."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from channels.deferred.repository import DeferredRepository
from channels.outbox.opt_outs import OptOuts
from channels.outbox.repository import Outbox
from database import open_database
from database.encryption import Seal
from database.preferences import PreferenceRepository
from database.secret_fingerprints import check_secrets
from settings import Settings
from settings.moving import secret_migration_lines
from state.identity import Pseudonyms
from state.interfaces import Recipient
from tests.support.secret_values import HERE, NUMBER, ROOT, A, fill, printed, settings

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.startswith("ZIN_")]:
        monkeypatch.delenv(name)
    return monkeypatch


def applied(lines: list[str], **values: str) -> Settings:
    """The settings with these lines beside them."""
    found = dict(line.removeprefix("ZIN_").split("=", 1) for line in lines if not line.startswith("#"))
    return settings(**values, **{name.lower(): value.strip("'") for name, value in found.items()})


def test_secrets_command_separates_purposes_and_saves_the_pepper() -> None:
    lines = list(secret_migration_lines({"ZIN_SECRET": A}))
    moved = applied(lines, secret=A).secrets
    assert moved.pepper == A
    assert all(values[1:] == (A,) and len(values[0]) > 40 for values in (moved.at, moved.madapi, moved.rest))
    assert len({moved.at[0], moved.madapi[0], moved.rest[0], A}) == 4
    alone = applied(lines)  # at the end, without ZIN_SECRET
    assert (alone.secrets.pepper, len(alone.secrets.at)) == (A, 1)
    environment = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert all(line.startswith("#") for line in secret_migration_lines(environment))


def test_secrets_command_never_prints_demonstration_values() -> None:
    lines = list(secret_migration_lines({"ZIN_SECRET": "demo"}))
    assert not [line for line in lines if "demo" in line.partition("=")[2]]
    assert applied(lines).secrets.pepper


def test_secrets_command_completes_a_new_installation(bare: pytest.MonkeyPatch) -> None:
    lines = printed("secrets").splitlines()  # in production, where nothing else would start yet
    assert applied(lines).secrets.at


@pytest.mark.parametrize("old", [f"{A}/", f"{A}%"])
def test_secrets_command_replaces_a_secret_no_address_holds(old: str) -> None:
    with pytest.raises(ValidationError, match="secret: it stands in an address"):
        settings(secret=old)
    moved = applied(
        list(secret_migration_lines({"ZIN_SECRET": old}))
    ).secrets  # without ZIN_SECRET, and what it sealed opens
    assert (moved.pepper, moved.rest[1:]) == (old, (old,))


async def everything_is_there(made: Settings) -> None:
    """STOP, the language, the message and the promise are those of before."""
    database, names, seal = open_database(made), Pseudonyms(made.secrets.pepper), Seal(*made.secrets.rest)
    await check_secrets(database, made.secrets)
    assert await OptOuts(database).has(names.of_recipient(Recipient("sms", NUMBER)))
    assert (await PreferenceRepository(database, 3.0).of(names.across_channels(HERE))).language == "fon"
    assert [one.message.address for one in await Outbox(database, seal).claim("sms", 5)] == [NUMBER]
    assert [one.payload for one in await DeferredRepository(database, seal).claim(5)] == [b'["owed"]']
    await database.close()


def commands() -> list[str]:
    """The commands of the section on secrets, in their order."""
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    section = text.partition("\n## Secrets, and how they are changed\n")[2].partition("\n## ")[0]
    return [line for block in re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL) for line in block.splitlines()]


def test_deployment_page_preserves_all_encrypted_data(tmp_path: Path) -> None:
    asyncio.run(fill(tmp_path))
    found = commands()
    assert found.count("zin secrets rotate") == 4
    folder = Path(sys.executable).parent
    script = "\n".join(("set -euo pipefail", *found, "env | grep ^ZIN_ > end.env"))
    env = {"PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    env |= {"ZIN_ENV": "production", "ZIN_SECRET": A, "ZIN_DATA": str(tmp_path)}
    env["ZIN_LOCALES"] = str(Path("locales").resolve())  # a number's digest is that of its form in the country
    ran = subprocess.run(["bash", "-c", script], env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("Seule la première clé de ZIN_REST_KEYS sert encore.") == 4
    assert (tmp_path / "next.env").stat().st_mode & 0o077 == 0
    end = dict(line.removeprefix("ZIN_").split("=", 1) for line in (tmp_path / "end.env").read_text().splitlines())
    assert "SECRET" not in end
    made = settings(**{name.lower(): value for name, value in end.items()})
    assert made.secrets.pepper == A
    assert A not in (*made.secrets.rest, *made.secrets.at)
    assert len(made.secrets.rest) == 1
    asyncio.run(everything_is_there(made))


async def test_older_installation_runs_with_its_secret_alone(tmp_path: Path) -> None:
    await fill(tmp_path)
    await everything_is_there(settings(secret=A, data=str(tmp_path)))
