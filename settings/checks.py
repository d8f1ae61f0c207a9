"""Rules between several settings. Each check raises ValueError, whose text names the settings but no secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from settings.addresses import ADDRESSES
from settings.demonstration import external_settings
from settings.redis_address import check_redis_address
from settings.secret_values import DEMO, find_problem, plain, split_secrets

if TYPE_CHECKING:
    from settings import Settings

SENDER: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
GATEWAY_SECONDS: Final = 10.0  # Africa's Talking ends the session: developers.africastalking.com/docs/ussd/overview
BOTS: Final = {
    "whatsapp": ("token", "app_secret", "verify_token", "phone_id"),
    "telegram": ("token", "secret"),
}


def check_times(settings: Settings) -> None:
    """Check that each time limit is shorter than the one around it. Raises ValueError."""
    if not GATEWAY_SECONDS > settings.hop_seconds > settings.source_seconds > settings.connect_seconds:
        raise ValueError("times must nest: 10 > hop_seconds > source_seconds > connect_seconds")


def check_addresses(settings: Settings) -> None:
    """Check the scheme of each address, the credentials beside them and the proxies. Raises ValueError."""
    for name, starts in ADDRESSES.items():
        if (address := plain(getattr(settings, name))) and not address.startswith(starts):
            raise ValueError(f"{name}: an address that begins with {' or '.join(starts)}, or nothing")
    try:
        check_redis_address(settings.redis_url)
    except ValueError as wrong:
        raise ValueError(f"redis_url: {wrong}") from None
    if bool(settings.at_username) != bool(plain(settings.at_api_key)):
        raise ValueError("at_username, at_api_key: both, or neither")
    settings.approved_kinds  # noqa: B018 - what it raises is what matters
    try:
        settings.trusted_proxies  # noqa: B018 - what it raises is what matters
    except ValueError:
        raise ValueError("proxies: addresses or networks, with commas between them, or nothing") from None


def check_database(settings: Settings) -> None:
    """Check that the address of PostgreSQL can be read and asks for a host that takes writes. Raises ValueError."""
    try:
        parts = urlsplit(plain(settings.database_url))
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        raise ValueError("database_url: an address, such as postgresql://zin@db1,db2/zin") from None
    hosts = parts.netloc.rpartition("@")[2] or asked.get("host", "")
    wanted = asked.get("target_session_attrs", "")
    if wanted not in {"", "primary", "read-write"} and (wanted != "any" or "," in hosts):
        raise ValueError("database_url: target_session_attrs is read-write or primary, because Zin writes")


def check_bots(settings: Settings) -> None:
    """Check that a bot has all of its settings or none, and no public secret. Raises ValueError."""
    for bot, names in BOTS.items():
        values = {f"{bot}_{name}": plain(getattr(settings, f"{bot}_{name}")) for name in names}
        if not values[f"{bot}_{names[0]}"]:
            continue
        if missing := [name for name, value in values.items() if not value]:
            raise ValueError(f"{', '.join(missing)}: needed with {bot}_{names[0]}")
        for name, value in values.items():
            if DEMO in split_secrets(value):
                raise ValueError(f"{name}: `demo` is known to all; choose one of your own")


def check_smtp(settings: Settings) -> None:
    """Check that a mail server can be read, has a sender, and a password for its user. Raises ValueError."""
    server = settings.smtp
    if server is None:
        return
    if not SENDER.fullmatch(server.sender):
        raise ValueError("smtp_sender: needed with smtp_url, an address such as zin@example.bj")
    if bool(server.user) != bool(server.password):
        raise ValueError("smtp_url, smtp_password: a user before the @ and a password, or neither")


def check_secrets(settings: Settings) -> None:
    """Check that secrets are valid, long and different, and that `demo` protects nothing real. Raises ValueError."""
    real = list(external_settings(settings)) if settings.env == "demo" else []
    if real and settings.secrets.is_demo():
        reason = f"{' and '.join(real)}: beside anything real a demonstration needs"
        raise ValueError(f"{reason} a secret of its own, ZIN_SECRET, and not `demo`; or set ZIN_ENV=production")
    strict = settings.env == "production" or bool(real)
    if problem := find_problem(settings.secrets, plain(settings.secret), strict=strict):
        raise ValueError(problem)
