"""The verbs `zin operators`: what they print, and the accounts and audit entries that they leave."""

from __future__ import annotations

import asyncio
import os
import pty
import pwd
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from accounts import totp
from accounts.accounts import Accounts, Operator
from accounts.second_factors import SecondFactors
from accounts.sign_in import WrongPassword
from cli.accounts import operators
from cli.audit import audit
from database.encryption import Seal
from settings import Settings
from state.store.memory import InMemory
from tests.support.audit_entries import done
from tests.support.command_line import Zin, output_of
from tests.support.database import Registry

pytestmark = pytest.mark.slow

GOOD, OTHER = "un âne gris dort", "trois ânes gris dorment"


async def test_account_is_opened_used_changed_and_closed(registry: Registry, zin: Zin) -> None:
    accounts, tries = Accounts(registry.database), InMemory()
    opened = await zin(operators, "add", "awa", "--role", "approver", given=f"{GOOD}\n")
    assert output_of(opened) == (0, "Compte « awa » ouvert (approver).\n", "")
    assert await accounts.sign_in("awa", GOOD, tries) == Operator("awa", "approver")
    changed = await zin(operators, "password", "awa", given=f"{OTHER}\r\nanother line")
    assert output_of(changed) == (0, "Mot de passe de « awa » changé.\n", "")
    assert await accounts.sign_in("awa", OTHER, tries)
    closed = await zin(operators, "disable", "awa")
    assert output_of(closed) == (0, "Compte « awa » fermé.\n", "")
    with pytest.raises(WrongPassword, match="Nom ou mot de passe incorrect"):
        await accounts.sign_in("awa", OTHER, tries)
    await tries.close()
    actions = [(entry.action, entry.subject, dict(entry.details)) for entry in await done(registry.database)]
    assert actions == [
        ("operators add", "awa", {"role": "approver"}),
        ("operators password", "awa", {}),
        ("operators close", "awa", {}),
    ]


async def test_account_is_bound_to_a_ministry_and_freed(registry: Registry, zin: Zin) -> None:
    opened = await zin(operators, "add", "awa", "--role", "editor", "--ministry", "justice", given=f"{GOOD}\n")
    assert output_of(opened) == (0, "Compte « awa » ouvert (editor).\n", "")
    assert (await zin(operators, "list")).stdout.startswith("awa  editor (justice)  ouvert le ")
    wrong = await zin(operators, "ministry", "awa", "marine")
    assert (wrong.exit_code, "n’est pas dans country.yaml ; il y a : affaires-etrangeres" in wrong.stderr) == (2, True)
    moved = await zin(operators, "ministry", "awa", "sante")
    assert output_of(moved) == (0, "Le compte « awa » est du ministère sante.\n", "")
    freed = await zin(operators, "ministry", "awa")
    assert output_of(freed) == (0, "Le compte « awa » est de tous les ministères.\n", "")
    details = [dict(entry.details) for entry in await done(registry.database) if entry.action == "operators ministry"]
    assert details == [{"after": "sante"}, {"after": "tous"}]


async def test_shell_actions_are_audited_under_the_login_name(
    registry: Registry, zin: Zin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setenv("USER", "somebody-else")
    await zin(operators, "add", "awa", "--role", "viewer", given=GOOD)
    login = pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr("cli.database_access.os.getuid", lambda: 3_999_999_999)  # a number without a name
    await zin(operators, "disable", "awa")
    entries = await done(registry.database)
    assert [entry.operator for entry in entries] == [f"console:{login}", "console:3999999999"]


async def test_accounts_are_listed_one_per_line(registry: Registry, zin: Zin) -> None:
    assert output_of(await zin(operators, "list")) == (0, "", "")
    accounts = Accounts(registry.database, lambda: 1_790_031_600)  # 2026-09-21 23:00 in London, the 22nd in Benin
    await accounts.add("bio", "importer", GOOD, "console:root")
    await accounts.add("awa", "approver", GOOD, "console:root")
    await accounts.close("bio", "awa")
    assert output_of(await zin(operators, "list")) == (
        0,
        "awa  approver  ouvert le 22/09/2026\nbio  importer  ouvert le 22/09/2026, fermé le 22/09/2026\n",
        "",
    )


async def test_second_factor_is_removed_from_the_shell(registry: Registry, zin: Zin) -> None:
    tries, factors = InMemory(), SecondFactors(registry.database, Seal(*Settings().secrets.rest))
    secret = await factors.offer("awa")
    await factors.confirm("awa", totp.code(secret, int(time.time() // totp.STEP_SECONDS)), tries)
    await tries.close()
    removed = await zin(operators, "reset-factor", "awa")
    assert output_of(removed) == (0, "Code sur le téléphone de « awa » enlevé.\n", "")
    assert not await factors.is_set("awa")
    assert (await zin(operators, "reset-factor", "awa")).exit_code == 2


MISTAKES = [
    (("add", "Awa", "--role", "viewer"), GOOD, "Nom refusé : il faut 2 à 40 lettres minuscules"),
    (("add", "bio", "--role", "viewer"), "court", "Mot de passe refusé : il faut 12 caractères au moins."),
    (("add", "bio", "--role", "viewer"), "", "Mot de passe refusé : il faut 12 caractères au moins."),
    (("add", "bio", "--role", "viewer"), b"\xff\xfe un mot en latin", "ne s’affiche pas"),
    (("add", "awa", "--role", "viewer"), GOOD, "Le nom « awa » est déjà pris"),
    (("password", "bio"), GOOD, "Il n’y a pas de compte ouvert à ce nom."),
    (("password", "awa"), "motdepasse2026", "facile à deviner"),
    (("disable", "bio"), "", "Il n’y a pas de compte ouvert à ce nom."),
    (("add", "bio", "--role", "minister"), GOOD, "importer"),
    (("add", "bio"), GOOD, "--role"),
]


@pytest.mark.parametrize(("words", "given", "message"), MISTAKES)
async def test_refused_command_exits_with_2_and_changes_nothing(
    registry: Registry, zin: Zin, words: tuple[str, ...], given: str | bytes, message: str
) -> None:
    await zin(operators, "add", "awa", "--role", "viewer", given=GOOD)
    result = await zin(operators, *words, given=given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert len(await done(registry.database)) == 1


async def test_unreachable_database_is_reported_in_one_line(registry: Registry, zin: Zin) -> None:
    await registry.database.close()
    await registry.stop()
    for group, verb in ((operators, "list"), (audit, "show"), (audit, "verify")):
        result = await zin(group, verb)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


PROGRAM = "from cli.accounts import operators; operators()"


def run_at_terminal(registry: Registry, *typed: str) -> tuple[int, str]:
    """The exit code and everything on the screen when somebody types these answers, each once it is asked for."""
    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "ZIN_DATA": str(registry.settings.data),
        "ZIN_DATABASE_URL": registry.settings.database_url.get_secret_value(),
    }
    zin = subprocess.Popen([sys.executable, "-c", PROGRAM, "add", "awa", "--role", "viewer"], stdin=theirs,
                           stdout=theirs, stderr=theirs, env=environment, start_new_session=True)  # fmt: skip
    os.close(theirs)
    screen, answers = "", list(typed)
    try:
        with suppress(OSError):  # nobody has the other end any more: it has ended
            while shown := os.read(ours, 1000):
                screen += shown.decode()
                if answers and screen.endswith(": "):
                    os.write(ours, f"{answers.pop(0)}\n".encode())
        return zin.wait(20), screen
    finally:
        os.close(ours)
        zin.kill()


async def test_terminal_asks_for_a_hidden_password_twice(registry: Registry) -> None:
    code, screen = await asyncio.to_thread(run_at_terminal, registry, GOOD, GOOD)
    lines = [line.strip() for line in screen.splitlines()]
    assert (code, lines) == (0, ["Mot de passe:", "Encore une fois:", "Compte « awa » ouvert (viewer)."])


async def test_differing_passwords_open_no_account(registry: Registry) -> None:
    code, screen = await asyncio.to_thread(run_at_terminal, registry, GOOD, OTHER)
    assert (code, screen.splitlines()[-1]) == (2, "Les deux mots de passe ne sont pas les mêmes.")
    assert await Accounts(registry.database).known() == []
