"""The verbs `zin purposes`: an approver releases a purpose, others are refused, and both are in the audit."""

from __future__ import annotations

import pytest

from accounts.accounts import Accounts
from api.purposes import Purposes
from cli.purposes import purposes
from tests.support.audit_entries import done
from tests.support.command_line import Zin, output_of
from tests.support.database import Registry

pytestmark = pytest.mark.slow
PASSWORD = "sept-ananas-bleus"


async def add(registry: Registry, name: str, role: str) -> None:
    accounts = Accounts(registry.database, pepper=registry.settings.secrets.pepper)
    await accounts.add(name, role, PASSWORD, "console:test")  # type: ignore[arg-type]


async def test_purpose_is_released_listed_and_withdrawn(registry: Registry, zin: Zin) -> None:
    await add(registry, "bio", "approver")
    words = ("retrait", "--ministry", "justice", "--by", "bio")
    released = await zin(purposes, "release", *words, given=PASSWORD)
    assert output_of(released)[:2] == (
        0,
        "« justice » peut écrire à tous pour « retrait », sauf à qui a écrit STOP.\n",
    )
    again = await zin(purposes, "release", *words, given=PASSWORD)
    assert (again.exit_code, "est déjà ouvert" in again.stderr) == (2, True)
    listed = (await zin(purposes, "list")).stdout
    assert listed.startswith("justice  retrait  ouvert le ")
    assert listed.endswith(" par bio\n")
    withdrawn = await zin(purposes, "withdraw", *words, given=PASSWORD)
    assert (withdrawn.exit_code, await Purposes(registry.database).known()) == (0, [])
    actions = [(one.operator, one.action, one.subject) for one in await done(registry.database)]
    assert actions[-2:] == [
        ("bio", "purposes release", "justice retrait"),
        ("bio", "purposes withdraw", "justice retrait"),
    ]


@pytest.mark.parametrize("role", ["importer", "editor", "viewer"])
async def test_only_an_approver_releases_a_purpose(registry: Registry, zin: Zin, role: str) -> None:
    await add(registry, "awa", role)
    result = await zin(purposes, "release", "retrait", "--ministry", "justice", "--by", "awa", given=PASSWORD)
    assert (result.exit_code, "Seule une personne qui approuve" in result.stderr) == (2, True)
    assert await Purposes(registry.database).known() == []


@pytest.mark.parametrize(
    ("words", "given", "message"),
    [
        (("release", "Retrait", "--ministry", "justice", "--by", "bio"), PASSWORD, "s'écrivent en minuscules"),
        (("release", "retrait", "--ministry", "justice", "--by", "bio"), "faux", "Nom ou mot de passe incorrect"),
        (("withdraw", "retrait", "--ministry", "justice", "--by", "bio"), PASSWORD, "Ce but n'est pas ouvert"),
        (("release", "retrait", "--by", "bio"), "", "--ministry"),
    ],
)
async def test_mistake_is_one_line(
    registry: Registry, zin: Zin, words: tuple[str, ...], given: str, message: str
) -> None:
    await add(registry, "bio", "approver")
    result = await zin(purposes, *words, given=given)
    assert result.exit_code == 2
    assert message in result.stderr


async def test_list_without_a_purpose_says_so(zin: Zin) -> None:
    assert (await zin(purposes, "list")).stdout == (
        "Aucun but n'est ouvert : un ministère n'écrit qu'à qui l'a demandé.\n"
    )
