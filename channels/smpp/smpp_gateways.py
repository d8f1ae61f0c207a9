"""The SMPP gateways of this installation: their files, and the values that these name.

A gateway without its password, or a real one in a demonstration with the public secret, is not bound to.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from channels.declared.credentials import InstalledCredentials, label
from channels.declared.gateways import channel_name
from channels.smpp.smpp_files import FoundGateway, read_gateways
from channels.smpp.smpp_rules import SmppSmsRules
from channels.smpp.smpp_shape import SmppFile
from settings import Settings
from smpp.bind_request import MAX_PASSWORD


@dataclass(frozen=True, slots=True)
class SmppGateways:
    """The files, and what they name."""

    settings: Settings

    def all(self) -> Sequence[FoundGateway]:
        """Return every gateway. Raises InvalidMenu."""
        return read_gateways(self.settings.gateways)

    def named(self, name: str) -> FoundGateway | None:
        """Return the gateway of this name; None if there is none that speaks SMPP. Raises InvalidMenu."""
        return next((found for found in self.all() if found.name == name), None)

    def ready(self) -> Iterator[FoundGateway]:
        """Yield the gateways that can be bound to. Raises InvalidMenu."""
        yield from (found for found in self.all() if not self.lacks(found.file))

    def channels(self) -> Iterator[SmppSmsRules]:
        """Yield how the messages of each gateway are answered. Raises InvalidMenu."""
        yield from (SmppSmsRules(channel_name(one.name, "sms")) for one in self.ready() if one.file.sms)

    def password(self, file: SmppFile) -> str:
        """Return the password of a gateway; "" for none, or one that SMPP cannot carry."""
        found = next((one.decode() for one in InstalledCredentials(self.settings).secrets(file.password)), "")
        return found if len(found) <= MAX_PASSWORD else ""

    def lacks(self, file: SmppFile) -> tuple[str, ...]:
        """Return what is missing before this gateway can be bound to, as operators read it."""
        missing = [] if self.password(file) else [f"{label(file.password)}, de {MAX_PASSWORD} signes au plus"]
        if file.tls and file.tls.authority and not self._is_usable(file):
            missing.append(f"le fichier {file.tls.authority}, un certificat d'autorité en PEM")
        if not self.settings.may_reach(f"smpp://{file.host}:{file.port}"):
            missing.append("ZIN_SECRET")  # a demonstration with the public secret writes to nobody
        return tuple(missing)

    def tls(self, file: SmppFile) -> ssl.SSLContext | None:
        """Return how to verify the operator's server; None without TLS. Raises OSError."""
        if file.tls is None:
            return None
        authority = file.tls.authority
        return ssl.create_default_context(cafile=str(self._authority(authority)) if authority else None)

    def _is_usable(self, file: SmppFile) -> bool:
        try:
            self.tls(file)
        except OSError:  # no such file, or no certificate in it
            return False
        return True

    def _authority(self, name: str) -> Path:
        return Path(self.settings.secret_files, name)


def call_gateways(settings: Settings) -> dict[str, FoundGateway]:
    """Return the gateways with calls whose passwords are set, by the name of their channel. Raises InvalidMenu."""
    gateways = SmppGateways(settings)
    found = (one for one in gateways.all() if one.file.ussd and gateways.password(one.file))
    return {channel_name(one.name, "ussd"): one for one in found}


def smpp_gateways(settings: Settings) -> SmppGateways:
    """Return the SMPP gateways of this installation."""
    return SmppGateways(settings)
