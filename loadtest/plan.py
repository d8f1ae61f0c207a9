"""The plan of a load test: the server, the number of citizens, the channels and the rate.

Citizens have numbers that nobody has, by the numbering plan of the country (`unused` in locales/country.yaml), so that
no message of a load test can reach a real person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Final, Literal
from urllib.parse import urlsplit

from loadtest.candidates import Candidate
from settings import Settings
from state.country import country
from state.errors import ZinError

ChannelName = Literal["ussd", "sms", "whatsapp", "telegram"]
SORRY: Final = "Le service ne peut pas répondre"  # text of menus/phrases.yaml after a timeout
CROWDED: Final = "Beaucoup de monde appelle"  # text of menus/phrases.yaml for overload
UNKNOWN: Final = "n'est pas dans la liste"  # text of menus/exams.yaml for an unknown seat


class LoadTestImpossible(ZinError):
    """A load test that cannot start; the French text says what to change."""


@dataclass(frozen=True, slots=True)
class Mix:
    """The shares of look-ups by channel, in any unit."""

    ussd: float = 80.0
    sms: float = 10.0
    whatsapp: float = 6.0
    telegram: float = 4.0

    @classmethod
    def read(cls, written: str) -> Mix:
        """Parse a mix such as `ussd=80,sms=20`; a missing channel has no share. Raises LoadTestImpossible."""
        shares = dict.fromkeys((one.name for one in fields(cls)), 0.0)
        for part in written.split(","):
            name, _, share = part.strip().partition("=")
            if name not in shares or not share.isdecimal():
                raise LoadTestImpossible(f"« {part.strip()} » : il faut {'=N,'.join(shares)}=N, en nombres entiers.")
            shares[name] = float(share)
        if not any(shares.values()):
            raise LoadTestImpossible("Il faut au moins un canal avec une part plus grande que zéro.")
        return cls(**shares)


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets that the gateways send; `code` is the USSD service code."""

    secret: str = field(default="demo", repr=False)
    whatsapp: str = field(default="demo", repr=False)
    telegram: str = field(default="demo", repr=False)
    whatsapp_phone_id: str = "1122078533503"
    code: str = field(default_factory=lambda: country().service_code)

    @classmethod
    def of(cls, settings: Settings) -> Keys:
        """Return the secrets of a server with these settings."""
        return cls(
            next(iter(settings.secrets.at), ""),
            next(iter(settings.secrets.whatsapp_app), ""),
            next(iter(settings.secrets.telegram), ""),
            settings.whatsapp_phone_id or cls().whatsapp_phone_id,
            settings.at_service_code or cls().code,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """One load test. `seconds` is the length to which a day of 24 hours is compressed; `rate` is the maximum look-ups a
    second.

    `gateway` is the port for the server's messages by SMS and WhatsApp; with 0 only their acceptance is checked. Shares
    are parts of 1. `adversary` switches attacks on; `announced` is the session whose news is withdrawn, "" for none.
    """

    candidates: Sequence[Candidate] = field(repr=False)
    address: str = "http://127.0.0.1:8080"
    keys: Keys = field(default_factory=Keys)
    session: str = "bac-2026"
    look_ups: int = 200_000
    seconds: float = 600.0
    rate: float = 1500.0
    seed: int = 1
    mix: Mix = Mix()
    connections: int = 200
    gateway: int = 0
    pids: tuple[int, ...] = ()
    dial_through: float = 0.5
    unknown: float = 0.03
    mistyped: float = 0.02
    patience: float = 10.0
    shed: tuple[str, ...] = (SORRY, CROWDED)
    not_listed: str = UNKNOWN
    adversary: bool = False
    announced: str = ""

    @property
    def exam(self) -> str:
        """The keyword of the exam's journey in a message."""
        return self.session.partition("-")[0].upper()

    @property
    def label(self) -> str:
        """The session's name in the list of exams."""
        return self.session.replace("-", " ")

    def place(self) -> tuple[str, int, str]:
        """Return host, port and path of the server. Raises LoadTestImpossible for an invalid address."""
        parts = urlsplit(self.address)
        try:
            port = parts.port or 80
        except ValueError:
            port = 0
        if parts.scheme != "http" or not parts.hostname or not port or parts.query or parts.fragment:
            raise LoadTestImpossible("L'adresse du serveur s'écrit comme http://127.0.0.1:8080.")
        return parts.hostname, port, parts.path.rstrip("/")

    def check(self) -> None:
        """Raise LoadTestImpossible for a plan that cannot run."""
        self.place()
        if not self.candidates:
            raise LoadTestImpossible("Il n'y a aucun candidat à chercher.")
        if not country().numbers.unused:
            raise LoadTestImpossible("Écrivez « unused » dans locales/country.yaml : des numéros que personne n'a.")
        if min(self.look_ups, self.connections) < 1 or min(self.seconds, self.rate) <= 0:
            raise LoadTestImpossible("Recherches, connexions, durée et rythme doivent être plus grands que zéro.")
