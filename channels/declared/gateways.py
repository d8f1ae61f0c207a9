"""The gateways that files describe and this installation has the values for.

A file whose secrets are missing is not served: its addresses do not exist. Production does not accept weak secrets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from channels.declared.credentials import Credentials, InstalledCredentials, TrialCredentials, missing, weak
from channels.declared.files import GatewayFile, read_gateways
from channels.declared.guard import build_guard
from channels.declared.shape import Verify
from channels.declared.sms_channel import DeclaredSms, build_sms
from channels.declared.sms_sender import DeclaredSmsSender, sending_values
from channels.declared.sms_shape import Sending
from channels.declared.ussd_channel import DeclaredUssd, build_ussd
from settings import Settings


@dataclass(frozen=True, slots=True)
class DeclaredGateways:
    """The files of an installation, with the values that they name."""

    settings: Settings
    credentials: Credentials

    def files(self) -> Iterator[tuple[str, GatewayFile]]:
        """Yield every file by name. Raises InvalidMenu."""
        yield from read_gateways(self.settings.gateways).items()

    def ussd(self) -> Iterator[DeclaredUssd]:
        """Yield the USSD channels of the gateways that can be served. Raises InvalidMenu."""
        for name, file in self.files():
            if file.ussd and not self.lacks(file.ussd.verify):
                guard = build_guard(file.ussd.verify, self.credentials, self.settings.trusted_proxies)
                secrets = self.credentials.secrets(file.ussd.verify.path) if file.ussd.verify.path else ()
                code = self.credentials.plain(file.ussd.code)
                yield from build_ussd(channel_name(name, "ussd"), file.ussd, guard, secrets, code)

    def sms(self) -> Iterator[DeclaredSms]:
        """Yield the SMS channels of the gateways that can be served. Raises InvalidMenu."""
        for name, file in self.files():
            verify = file.sms.verify if file.sms else None
            if file.sms and verify and not self.lacks(verify):
                guard = build_guard(verify, self.credentials, self.settings.trusted_proxies)
                secrets = self.credentials.secrets(verify.path) if verify.path else ()
                yield from build_sms(channel_name(name, "sms"), file.sms, guard, secrets)

    def senders(self) -> Iterator[tuple[str, DeclaredSmsSender]]:
        """Yield the sender of each gateway that messages can leave by, with its name. Raises InvalidMenu."""
        for name, file in self.files():
            sending = file.sms.send if file.sms else None
            if sending and not self.cannot_send(sending):
                values = sending_values(sending, self.credentials)
                yield name, DeclaredSmsSender(channel_name(name, "sms"), sending, values, self.settings.sms_per_second)

    def cannot_send(self, sending: Sending) -> tuple[str, ...]:
        """Return the settings and files without which no message can be sent."""
        server = sending.server if "://" in sending.server else self.credentials.plain(sending.server)
        named = [] if server else [sending.server]
        if sending.sender and not self.credentials.plain(sending.sender):
            named.append(sending.sender)
        secrets = (missing(one, self.credentials) for one in (*sending.secrets.values(), sending.basic))
        named += [name for names in secrets for name in names]
        if not named and not self.settings.may_reach(server):
            named.append("ZIN_SECRET")  # a demonstration with the public secret writes to nobody
        return tuple(dict.fromkeys(named))

    def lacks(self, verify: Verify) -> tuple[str, ...]:
        """Return the settings and files without which requests are not accepted: empty, or weak in production."""
        if empty := missing(verify, self.credentials):
            return empty
        return () if self.settings.takes_weak_secrets else weak(verify, self.credentials)


def declared_gateways(settings: Settings) -> DeclaredGateways:
    """Return the gateways of this installation."""
    return DeclaredGateways(settings, InstalledCredentials(settings))


def trial_gateways(settings: Settings, secret: str) -> DeclaredGateways:
    """Return the gateways of this installation with one secret of a trial in the place of theirs."""
    return DeclaredGateways(settings, TrialCredentials(InstalledCredentials(settings), secret))


def channel_name(name: str, kind: str) -> str:
    """Return the name of a gateway's channel: mon-operateur and ussd give mon_operateur_ussd."""
    return f"{name.replace('-', '_')}_{kind}"
