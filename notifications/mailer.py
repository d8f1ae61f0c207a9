"""Sends one e-mail by the mail server of the settings: RFC 5321, with TLS from the start or by STARTTLS (RFC 3207)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from hashlib import blake2b
from typing import Final, Literal

import aiosmtplib

from settings.smtp import SmtpServer
from state.errors import ZinError

SEND_SECONDS: Final = 20.0  # for the whole of it: shorter than the lease of a notification
Why = Literal["address", "certificate", "login", "no_server", "refused", "sender", "slow", "tls", "unreachable"]

REASONS: Final[Sequence[tuple[type[Exception], Why]]] = (  # the first that fits
    (aiosmtplib.SMTPAuthenticationError, "login"),
    (aiosmtplib.SMTPSenderRefused, "sender"),
    (TimeoutError, "slow"),
    (ssl.SSLCertVerificationError, "certificate"),
    (aiosmtplib.SMTPResponseException, "refused"),
    (OSError, "unreachable"),
)
NO_EXTENSION: Final[Why] = "tls"  # it offers no STARTTLS, or no login over it


class NotSent(ZinError):
    """The mail server did not take an e-mail. is_final: it never will, because the address is refused."""

    def __init__(self, why: Why, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.why, self.is_final = why, is_final


class Mailer:
    """Sends over one server, each e-mail over a connection of its own. tls holds the authorities that are trusted."""

    def __init__(self, server: SmtpServer, tls: ssl.SSLContext | None = None) -> None:
        self._server, self._tls = server, tls or ssl.create_default_context()

    async def send(self, key: str, to: str, subject: str, text: str) -> None:
        """Send an e-mail; the same key gives the same Message-ID. Raises NotSent."""
        message = self._message(key, to, subject, text)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._send(message)
        except aiosmtplib.SMTPRecipientsRefused as refused:
            is_final = all(one.code >= 500 for one in refused.recipients)
            raise NotSent("address", is_final=is_final) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSent(_why(error)) from None

    async def _send(self, message: EmailMessage) -> None:
        server = self._server
        await aiosmtplib.send(
            message,
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.tls,
            start_tls=server.starttls,
            tls_context=self._tls if server.tls or server.starttls else None,
            timeout=SEND_SECONDS,
            local_hostname=_domain(server.sender),
        )

    def _message(self, key: str, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = Address("Zin", addr_spec=self._server.sender)
        message["To"] = Address(addr_spec=to)
        message["Subject"] = subject
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{blake2b(key.encode(), digest_size=16).hexdigest()}@{_domain(self._server.sender)}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answer comes back
        message.set_content(text, cte="quoted-printable")
        return message


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _why(error: BaseException) -> Why:
    """Return why a mail server did not take an e-mail; its own words may repeat the address, so they are not used."""
    causes = (error, error.__cause__)
    return next((why for kind, why in REASONS if any(isinstance(one, kind) for one in causes)), NO_EXTENSION)
