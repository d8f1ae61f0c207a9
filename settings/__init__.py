"""Every setting of Zin, typed, with its unit; read from the environment, prefix ZIN_, then from files.

Time limits are nested, so that Zin answers before the gateway gives up (tests/test_settings.py): timeout of the gateway
> hop_seconds > source_seconds > connect_seconds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import PrivateAttr, SecretStr, ValidationError, model_validator

from settings.accounts import AccountSettings
from settings.addresses import ADDRESSES, Address, is_local
from settings.checks import (
    GATEWAY_SECONDS,
    check_addresses,
    check_bots,
    check_database,
    check_secrets,
    check_smtp,
    check_times,
)
from settings.content import ContentSettings
from settings.errors import InvalidSettings
from settings.gateways import GatewaySettings
from settings.given_value import ENVIRONMENT, Value, is_named
from settings.given_values import exposed_files, read_values, unknown_variables
from settings.limits import LimitSettings
from settings.proxies import check_outgoing_proxies
from settings.secret_settings import SecretSettings
from settings.secret_values import DEMO, MIN_SECRET_CHARACTERS, Secrets, plain, split_secrets
from settings.server import ServerSettings
from settings.smtp import SmtpSettings
from settings.storage import StorageSettings
from settings.telemetry import TelemetrySettings

__all__ = [
    "ADDRESSES",
    "DEMO",
    "GATEWAY_SECONDS",
    "MIN_SECRET_CHARACTERS",
    "Address",
    "InvalidSettings",
    "Secrets",
    "Settings",
    "doubtful_values",
    "given_values",
    "load",
]


class Settings(
    AccountSettings,
    LimitSettings,
    SmtpSettings,
    GatewaySettings,
    ContentSettings,
    StorageSettings,
    SecretSettings,
    TelemetrySettings,
    ServerSettings,
):
    """Everything that the environment can configure; all other values are constants in the code.

    Each base class has the settings of one topic; pydantic lists the fields of the last one first.
    """

    _named: dict[str, SecretStr] = PrivateAttr(default_factory=dict)

    def named_value(self, name: str) -> str:
        """Return a value that operators' files name and `load` found, by its name without ZIN_; else ""."""
        return plain(self._named.get(name, ""))

    def may_reach(self, address: str) -> bool:
        """Return whether a source may be asked there: a demonstration with the public secret reaches no real system."""
        return is_local(address) or not (self.env == "demo" and self.secrets.is_demo())

    @property
    def secrets(self) -> Secrets:
        """Return all secrets in use."""
        shared = tuple(filter(None, (plain(self.secret),)))
        return Secrets(
            at=(*split_secrets(plain(self.at_secrets)), *shared),
            madapi=(*split_secrets(plain(self.madapi_secrets)), *shared),
            whatsapp_app=split_secrets(plain(self.whatsapp_app_secret)),
            whatsapp_verify=split_secrets(plain(self.whatsapp_verify_token)),
            telegram=split_secrets(plain(self.telegram_secret)),
            rest=(*split_secrets(plain(self.rest_keys)), *shared),
            pepper=plain(self.pepper) or plain(self.secret),
        )

    @model_validator(mode="before")
    @classmethod
    def _demo_secret(cls, given: Any) -> Any:
        """In a demonstration, use `demo` for each secret that is not set, unless the operator set a secret of their
        own.
        """
        if isinstance(given, dict) and given.get("env", "demo") == "demo":
            known = (plain(given.get("secret") or ""), plain(given.get("pepper") or ""))
            if not any(known) or DEMO in known:
                for name in ("secret", "whatsapp_app_secret", "whatsapp_verify_token", "telegram_secret"):
                    given.setdefault(name, DEMO)
        return given

    @model_validator(mode="after")
    def _check(self) -> Settings:
        check_times(self)
        check_outgoing_proxies(os.environ)
        check_addresses(self)
        check_database(self)
        check_bots(self)
        check_smtp(self)
        check_secrets(self)
        return self


def given_values() -> dict[str, Value]:
    """Return what the environment, files of secrets and zin.toml give, by setting. Raises InvalidSettings."""
    return read_values(os.environ, Settings.model_fields)


def doubtful_values(given: Mapping[str, Value]) -> Iterator[str]:
    """Yield a line for each variable that is no setting, and for each file of a secret that others may read."""
    yield from unknown_variables(os.environ, Settings.model_fields)
    yield from exposed_files(given)


def load() -> Settings:
    """Read the settings. Raises InvalidSettings, with one line per fault."""
    build: Callable[..., Settings] = Settings
    given = given_values()
    in_files = {name: one for name, one in given.items() if one.origin != ENVIRONMENT}
    try:
        settings = build(**{name: one.text for name, one in in_files.items() if name in Settings.model_fields})
    except ValidationError as error:
        lines = (_error_line(one, in_files) for one in error.errors(include_url=False))
        raise InvalidSettings("\n".join(lines)) from None
    settings._named.update({name: SecretStr(one.text) for name, one in given.items() if is_named(name)})
    return settings


def _error_line(error: Any, in_files: Mapping[str, Value]) -> str:
    reason = str(error["msg"]).removeprefix("Value error, ")
    name = "_".join(map(str, error["loc"]))
    if name in in_files:
        return f"{in_files[name].origin}: {name}: {reason}"
    return f"ZIN_{name.upper()}: {reason}" if name else f"ZIN settings: {reason}"
