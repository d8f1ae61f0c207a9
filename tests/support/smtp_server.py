"""A real mail server on the loopback interface, which records what it took and refuses what a test says."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from settings.smtp import SmtpServer
from tests.support.certificates import signed, write

USER, PASSWORD, SENDER = "zin", "sept-ananas-bleus", "zin@exemple.bj"


@dataclass(slots=True)
class MailServer:
    """What a server took, and how it answers: code to each recipient, and after so many seconds of silence."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    code: str = "250 OK"
    silence: float = 0.0
    logins: list[str] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(self, _: Any, __: Session, envelope: Envelope, to: str, ___: Any) -> str:  # noqa: N802
        await asyncio.sleep(self.silence)
        if self.code.startswith("250"):
            envelope.rcpt_tos.append(to)
        return self.code

    async def handle_DATA(self, _: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients += envelope.rcpt_tos
        self.was_encrypted.append(session.ssl is not None)
        return "250 OK"

    def authenticate(self, _: Any, __: Any, ___: Any, ____: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append(given.login.decode())
        return AuthResult(success=given.password == PASSWORD.encode(), handled=False)

    def server(self, **more: Any) -> SmtpServer:
        """The settings that lead here."""
        plain: dict[str, Any] = {"user": "", "password": "", "sender": SENDER, "tls": False, "starttls": False}
        return SmtpServer(**{"host": "127.0.0.1", "port": self.port, **plain, **more})

    @property
    def texts(self) -> list[str]:
        return [one.get_content().replace("\r\n", "\n") for one in self.taken]


@asynccontextmanager
async def serve_mail(tls: ssl.SSLContext | None = None, *, at_once: bool = False) -> AsyncIterator[MailServer]:
    """A mail server, without TLS, with STARTTLS that it requires, or with TLS from the start."""
    mail = MailServer()
    options: dict[str, Any] = {"authenticator": mail.authenticate, "auth_require_tls": False, "hostname": "exemple.bj"}
    if tls and not at_once:
        options |= {"tls_context": tls, "require_starttls": True}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mail, loop=loop, **options), "127.0.0.1", 0, ssl=tls if at_once else None
    )
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with serve_mail() as server:
        yield server


def tls_contexts(folder: Path, *hosts: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The context of a server, and that of a client that trusts its authority."""
    authority = signed("authority")
    write(folder, "authority", authority)
    write(folder, "server", signed("server", authority, hosts=hosts))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.crt", folder / "server.key")
    return server, ssl.create_default_context(cafile=str(folder / "authority.crt"))
