"""E-mail by a real mail server: with and without TLS, refused, silent, away."""

from __future__ import annotations

import asyncio
import socket
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from notifications import mailer as module
from notifications.mailer import Mailer, NotSent
from tests.support.smtp_server import PASSWORD, SENDER, USER, MailServer, serve_mail, tls_contexts

TO = "awa@exemple.bj"
LOGIN = {"user": USER, "password": PASSWORD}


async def send(mailer: Mailer, to: str = TO) -> None:
    await mailer.send("awa:1", to, "Zin : du travail", "Une ligne d’essai, « entre guillemets ».\n")


async def reason(mailer: Mailer) -> tuple[str, bool]:
    with pytest.raises(NotSent) as refused:
        await send(mailer)
    assert TO not in str(refused.value)
    return refused.value.why, refused.value.is_final


async def test_email_arrives_whole(mail: MailServer) -> None:
    await send(Mailer(mail.server()))
    (message,) = mail.taken
    assert (message["From"], message["To"], message["Subject"]) == (f"Zin <{SENDER}>", TO, "Zin : du travail")
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"])
    assert mail.texts == ["Une ligne d’essai, « entre guillemets ».\n"]
    assert mail.recipients == [TO]
    assert mail.logins == []


async def test_second_try_has_the_same_message_id(mail: MailServer) -> None:
    for _ in range(2):
        await send(Mailer(mail.server()))
    first, second = (one["Message-ID"] for one in mail.taken)
    assert first == second
    assert "awa" not in first


@pytest.mark.parametrize(("at_once", "asked"), [(False, {"starttls": True}), (True, {"tls": True})])
async def test_login_and_email_are_encrypted(tmp_path: Path, at_once: bool, asked: dict[str, Any]) -> None:
    server, client = tls_contexts(tmp_path)
    async with serve_mail(server, at_once=at_once) as mail:
        await send(Mailer(mail.server(**LOGIN, **asked), client))
        assert (mail.logins, mail.recipients) == ([USER], [TO])
        assert at_once or mail.was_encrypted == [True]


async def test_certificate_of_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    server, _ = tls_contexts(tmp_path)
    async with serve_mail(server) as mail:
        assert await reason(Mailer(mail.server(**LOGIN, starttls=True))) == ("certificate", False)
        assert mail.logins == []
    async with serve_mail(server, at_once=True) as mail:
        assert await reason(Mailer(mail.server(**LOGIN, tls=True))) == ("certificate", False)
        assert mail.logins == []


async def test_password_never_leaves_without_starttls(mail: MailServer, tmp_path: Path) -> None:
    _, client = tls_contexts(tmp_path)
    assert await reason(Mailer(mail.server(**LOGIN, starttls=True), client)) == ("tls", False)
    assert (mail.logins, mail.taken) == ([], [])


async def test_wrong_password_is_refused(mail: MailServer) -> None:
    assert await reason(Mailer(mail.server(user=USER, password="faux"))) == ("login", False)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("550 no such user awa@exemple.bj", ("address", True)), ("451 later", ("address", False))],
)
async def test_refused_address_is_final_only_if_the_server_says_so(
    mail: MailServer, code: str, expected: tuple[str, bool]
) -> None:
    mail.code = code
    assert await reason(Mailer(mail.server())) == expected


async def test_silent_server_is_left_in_time(mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SEND_SECONDS", 0.2)
    mail.silence = 30.0
    async with asyncio.timeout(20):
        assert await reason(Mailer(mail.server())) == ("slow", False)


async def test_server_that_is_away(mail: MailServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        mail.port = taken.getsockname()[1]  # bound, and nobody listens
        assert await reason(Mailer(mail.server())) == ("unreachable", False)
