"""The verbs `zin operators` and `zin audit`, as an administrator uses them: what they say, and what they leave."""

from __future__ import annotations

import asyncio
import os
import pty
import pwd
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

import click
import pytest
from click.testing import CliRunner, Result

from accounts.accounts import Accounts, Operator
from accounts.audit import Audit, AuditEvent
from accounts.sign_in import WrongPassword
from cli.accounts import operators
from cli.audit import audit
from state.store.memory import InMemory
from tests.support.audit_entries import done
from tests.support.database import Registry

GOOD, OTHER = "un âne gris dort", "trois ânes gris dorment"
Zin = Callable[..., Awaitable[Result]]


@pytest.fixture
def zin(registry: Registry) -> Zin:
    """One verb at a time, in a thread, since it has an event loop of its own."""
    environment = {
        "ZIN_DATA": str(registry.settings.data),
        "ZIN_DATABASE_URL": registry.settings.database_url.get_secret_value(),
    }

    async def run(group: click.Group, *words: str, given: str | bytes = "") -> Result:
        return await asyncio.to_thread(CliRunner().invoke, group, words, input=given, env=environment)

    return run


def said(result: Result) -> tuple[int, str, str]:
    return result.exit_code, result.stdout, result.stderr


async def test_an_account_is_opened_used_changed_and_closed(registry: Registry, zin: Zin) -> None:
    accounts, tries = Accounts(registry.database), InMemory()
    opened = await zin(operators, "add", "awa", "--role", "approver", given=f"{GOOD}\n")
    assert said(opened) == (0, "Compte « awa » ouvert (approver).\n", "")
    assert await accounts.sign_in("awa", GOOD, tries) == Operator("awa", "approver")
    changed = await zin(operators, "password", "awa", given=f"{OTHER}\r\nanother line")
    assert said(changed) == (0, "Mot de passe de « awa » changé.\n", "")
    assert await accounts.sign_in("awa", OTHER, tries)
    closed = await zin(operators, "disable", "awa")
    assert said(closed) == (0, "Compte « awa » fermé.\n", "")
    with pytest.raises(WrongPassword):
        await accounts.sign_in("awa", OTHER, tries)
    await tries.close()
    actions = [(entry.action, entry.subject, dict(entry.details)) for entry in await done(registry.database)]
    assert actions == [
        ("operators add", "awa", {"role": "approver"}),
        ("operators password", "awa", {}),
        ("operators close", "awa", {}),
    ]


async def test_what_is_done_in_the_shell_is_recorded_under_the_name_of_its_user(
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


async def test_accounts_are_listed_one_a_line(registry: Registry, zin: Zin) -> None:
    assert said(await zin(operators, "list")) == (0, "", "")
    accounts = Accounts(registry.database, lambda: 1_790_031_600)  # 2026-09-21 23:00 in London, the 22nd in Benin
    await accounts.add("bio", "importer", GOOD, "console:root")
    await accounts.add("awa", "approver", GOOD, "console:root")
    await accounts.close("bio", "awa")
    assert said(await zin(operators, "list")) == (
        0,
        "awa  approver  ouvert le 22/09/2026\nbio  importer  ouvert le 22/09/2026, fermé le 22/09/2026\n",
        "",
    )


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


@pytest.mark.parametrize(("words", "given", "told"), MISTAKES)
async def test_a_mistake_is_told_in_words_with_code_2_and_leaves_nothing(
    registry: Registry, zin: Zin, words: tuple[str, ...], given: str | bytes, told: str
) -> None:
    await zin(operators, "add", "awa", "--role", "viewer", given=GOOD)
    result = await zin(operators, *words, given=given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert len(await done(registry.database)) == 1


async def test_a_database_that_does_not_answer_is_told_in_a_line(registry: Registry, zin: Zin) -> None:
    await registry.database.close()
    await registry.stop()
    for group, verb in ((operators, "list"), (audit, "show"), (audit, "verify")):
        result = await zin(group, verb)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


async def record(registry: Registry, *deeds: AuditEvent) -> list[str]:
    """The hashes of these deeds, done one a second from 22 September 2026 at 00:00 in Benin."""
    moments = iter(range(1_790_031_600, 1_790_031_700))
    kept = Audit(registry.database, lambda: next(moments))
    return [(await kept.add(deed)).hash for deed in deeds]


async def test_the_last_entries_are_shown_one_a_line_the_newest_at_the_end(registry: Registry, zin: Zin) -> None:
    assert said(await zin(audit, "show")) == (0, "", "")
    await record(
        registry,
        AuditEvent("awa", "results import", "bac-2026", {"lines": "106 000"}),
        AuditEvent("bio", "results approve", "bac-2026"),
        AuditEvent("bio", "results publish", "bac-2026\n3  console:root\x1b[2J", {"hour": "14\r:00\u202e"}),
    )
    lines = [
        "1  22/09/2026 00:00:00  awa  results import  bac-2026  lines=106 000",
        "2  22/09/2026 00:00:01  bio  results approve  bac-2026",
        "3  22/09/2026 00:00:02  bio  results publish  bac-2026?3  console:root?[2J  hour=14?:00?",
    ]
    assert said(await zin(audit, "show")) == (0, "\n".join(lines) + "\n", "")
    assert said(await zin(audit, "show", "--last", "1")) == (0, lines[2] + "\n", "")


async def test_twenty_entries_are_shown_unless_more_are_asked_for(registry: Registry, zin: Zin) -> None:
    await record(registry, *[AuditEvent("awa", "results import", "bac-2026")] * 22)
    shown = [len((await zin(audit, "show", *words)).stdout.splitlines()) for words in ((), ("--last", "50"))]
    assert shown == [20, 22]


async def test_a_whole_chain_is_told_with_what_to_note(registry: Registry, zin: Zin) -> None:
    assert said(await zin(audit, "verify")) == (0, f"Journal intact : 0 ligne(s), dernière empreinte {'0' * 64}.\n", "")
    hashes = await record(registry, *[AuditEvent("awa", "results import", "bac-2026")] * 3)
    told = f"Journal intact : 3 ligne(s), dernière empreinte {hashes[-1]}."
    assert said(await zin(audit, "verify")) == (0, f"{told}\n", "")
    known = await zin(audit, "verify", "--known", f" {hashes[1].upper()} ")
    assert said(known) == (0, f"{told} L’empreinte notée est celle de la ligne 2.\n", "")


TAMPERED = [
    (
        "UPDATE audit SET subject = 'cep' WHERE number = 2;",
        "la ligne 2 a été changée, déplacée ou ajoutée ; 1 ligne(s)",
    ),
    ("DELETE FROM audit WHERE number = 1;", "la ligne 1 a été enlevée ; 0 ligne(s) intacte(s) avant elle"),
]


@pytest.mark.parametrize(("script", "told"), TAMPERED)
async def test_a_chain_that_was_changed_is_told_with_where_and_code_2(
    registry: Registry, zin: Zin, script: str, told: str
) -> None:
    hashes = await record(registry, *[AuditEvent("awa", "results import", "bac-2026")] * 3)
    async with registry.database.exclusive_transaction() as writer:
        await writer.run(script)
    for words in ((), ("--known", hashes[2])):
        result = await zin(audit, "verify", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"Journal modifié : {told}" in result.stderr
        assert ("L’empreinte notée n’est pas parmi les lignes intactes." in result.stderr) == bool(words)
    assert (await zin(audit, "show")).exit_code == 0


async def test_an_end_that_was_cut_off_is_told_to_who_noted_its_hash(registry: Registry, zin: Zin) -> None:
    hashes = await record(registry, *[AuditEvent("awa", "results import", "bac-2026")] * 3)
    async with registry.database.exclusive_transaction() as writer:
        await writer.run("DELETE FROM audit WHERE number = 3;")
    assert (await zin(audit, "verify")).exit_code == 0
    result = await zin(audit, "verify", "--known", hashes[2])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "l’empreinte notée n’y est pas : la fin a été coupée, ou tout a été réécrit" in result.stderr


@pytest.mark.parametrize("known", ["abc", "g" * 64, "0" * 63, "0" * 65])
async def test_a_noted_hash_that_is_none_is_a_mistake_of_typing(zin: Zin, known: str) -> None:
    result = await zin(audit, "verify", "--known", known)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "64 signes" in result.stderr


async def test_a_moment_that_is_none_is_shown_as_it_stands(registry: Registry, zin: Zin) -> None:
    await record(registry, AuditEvent("awa", "results import", "bac-2026"))
    async with registry.database.exclusive_transaction() as writer:
        await writer.run(f"UPDATE audit SET at = {2**62};")
    assert said(await zin(audit, "show")) == (0, f"1  {2**62}  awa  results import  bac-2026\n", "")


PROGRAM = "from cli.accounts import operators; operators()"


def at_a_terminal(registry: Registry, *typed: str) -> tuple[int, str]:
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


async def test_at_a_terminal_the_password_is_asked_twice_and_never_shown(registry: Registry) -> None:
    code, screen = await asyncio.to_thread(at_a_terminal, registry, GOOD, GOOD)
    lines = [line.strip() for line in screen.splitlines()]
    assert (code, lines) == (0, ["Mot de passe:", "Encore une fois:", "Compte « awa » ouvert (viewer)."])


async def test_two_passwords_that_differ_open_nothing(registry: Registry) -> None:
    code, screen = await asyncio.to_thread(at_a_terminal, registry, GOOD, OTHER)
    assert (code, screen.splitlines()[-1]) == (2, "Les deux mots de passe ne sont pas les mêmes.")
    assert await Accounts(registry.database).known() == []
