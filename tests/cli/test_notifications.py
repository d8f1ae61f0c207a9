"""`zin notifications try`: one e-mail by the mail server of the settings, or one line that says why not."""

from __future__ import annotations

import asyncio

from click.testing import CliRunner, Result

from cli.main import main
from tests.support.smtp_server import SENDER, MailServer

TO = "awa@exemple.bj"


async def zin(address: str, **env: str) -> Result:
    given = {f"ZIN_{name.upper()}": value for name, value in env.items()}
    return await asyncio.to_thread(CliRunner().invoke, main, ("notifications", "try", address), env=given)


async def test_trial_is_sent(mail: MailServer) -> None:
    result = await zin(TO, smtp_url=f"smtp://127.0.0.1:{mail.port}", smtp_sender=SENDER)
    assert (result.exit_code, result.output) == (0, "Le serveur de courrier a pris le message.\n")
    assert mail.recipients == [TO]
    assert mail.taken[0]["Subject"] == "Zin : essai du courrier"


async def test_refusal_is_one_line(mail: MailServer) -> None:
    mail.code = f"550 {TO} is unknown"
    result = await zin(TO, smtp_url=f"smtp://127.0.0.1:{mail.port}", smtp_sender=SENDER)
    assert result.exit_code == 2
    assert "le serveur de courrier refuse une adresse" in result.output
    assert len(result.output.strip().splitlines()) == 1
    assert TO not in result.output


async def test_without_a_server_or_an_address_it_says_what_is_missing() -> None:
    result = await zin(TO)
    assert (result.exit_code, "ZIN_SMTP_URL" in result.output) == (2, True)
    result = await zin("awa")
    assert (result.exit_code, "n'est pas une adresse e-mail" in result.output) == (2, True)
