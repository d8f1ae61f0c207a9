"""The server that takes e-mail to operators."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr

from settings.addresses import Address, is_loopback
from settings.environment import Environment

PORTS: Final = {"smtp": 587, "smtps": 465}  # of submission: RFC 8314, 3.3
EXAMPLE: Final = "an address such as smtps://user@mail.example:465"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server: TLS from the start, by STARTTLS, or not at all on this machine. user is "" for no login."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    sender: str
    tls: bool
    starttls: bool


class SmtpSettings(Environment):
    """The server that takes e-mail to operators."""

    smtp_url: Address = Field(
        Address(),
        description="server for e-mail to operators, e.g. smtps://user@mail.example:465, or smtp:// for STARTTLS, left "
        "out on this machine only; empty: none",
    )
    smtp_password: SecretStr = Field(SecretStr(""), description="password of its user")
    smtp_sender: str = Field("", description="address that e-mail comes from, e.g. zin@example.bj")

    @property
    def smtp(self) -> SmtpServer | None:
        """Return the mail server; None if none is set. Raises ValueError for an address that cannot be read."""
        if not self.smtp_url:
            return None
        try:
            parts = urlsplit(self.smtp_url)
            host, port = parts.hostname, parts.port or PORTS[parts.scheme]
        except (KeyError, ValueError):
            raise ValueError(f"smtp_url: {EXAMPLE}") from None
        if not host or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(f"smtp_url: {EXAMPLE}")
        if parts.password is not None:
            raise ValueError("smtp_url: without a password, which is smtp_password")
        tls, password = parts.scheme == "smtps", self.smtp_password.get_secret_value()
        starttls = not tls and not is_loopback(host)
        return SmtpServer(host, port, unquote(parts.username or ""), password, self.smtp_sender, tls, starttls)
