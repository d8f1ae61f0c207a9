"""Lists the settings that a demonstration with the public secret `demo` must not use, because they reach real systems.

Sample answers must not be sent to real people, and `demo` must not protect anything that the network can reach. With
secrets of their own, developers may use real gateways: each sample answer is marked as an example.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.addresses import is_local, is_loopback

if TYPE_CHECKING:
    from settings import Settings

SANDBOX = "sandbox"  # the account of Africa's Talking that writes to nobody, at an address of its own


def external_settings(settings: Settings) -> Iterator[str]:
    """Yield the names of the settings that reach beyond this machine."""
    if not is_loopback(settings.host):
        yield "host"
    if settings.at_username and not (is_local(settings.at_url) if settings.at_url else _is_sandbox(settings)):
        yield "at_username"
    if settings.whatsapp_token.get_secret_value() and not is_local(settings.whatsapp_url):
        yield "whatsapp_token"
    if settings.telegram_token.get_secret_value() and not is_local(settings.telegram_url):
        yield "telegram_token"
    for name in ("redis_url", "requests_url", "otlp_url", "smtp_url"):
        if not is_local(getattr(settings, name)):
            yield name
    if not is_local(settings.database_url.get_secret_value()):
        yield "database_url"


def _is_sandbox(settings: Settings) -> bool:
    return settings.at_username == SANDBOX
