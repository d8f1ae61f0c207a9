"""Every setting of Zin, typed, with its unit; read from the environment, prefix ZIN_.

Time limits are nested, so that Zin answers before the gateway gives up (tests/test_settings.py): timeout of the gateway
> hop_seconds > source_seconds > connect_seconds.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError, model_validator

from settings.addresses import ADDRESSES, Address, is_local
from settings.checks import GATEWAY_SECONDS, check_addresses, check_bots, check_database, check_secrets, check_times
from settings.content import ContentSettings
from settings.gateways import GatewaySettings
from settings.limits import LimitSettings
from settings.secret_settings import SecretSettings
from settings.secret_values import DEMO, MIN_SECRET_CHARACTERS, Secrets, plain, split_secrets
from settings.server import ServerSettings
from settings.storage import StorageSettings

__all__ = [
    "ADDRESSES",
    "DEMO",
    "GATEWAY_SECONDS",
    "MIN_SECRET_CHARACTERS",
    "Address",
    "InvalidSettings",
    "Secrets",
    "Settings",
    "load",
]


class InvalidSettings(Exception):
    """A setting has an invalid value; the text has one line per fault: the setting and the values it accepts."""


class Settings(LimitSettings, GatewaySettings, ContentSettings, StorageSettings, SecretSettings, ServerSettings):
    """Everything that the environment can configure; all other values are constants in the code.

    Each base class has the settings of one topic; pydantic lists the fields of the last one first.
    """

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
        check_addresses(self)
        check_database(self)
        check_bots(self)
        check_secrets(self)
        return self


def load() -> Settings:
    """Read the settings from the environment. Raises InvalidSettings, with one line per fault."""
    try:
        return Settings()
    except ValidationError as error:
        raise InvalidSettings("\n".join(_error_line(one) for one in error.errors(include_url=False))) from None


def _error_line(error: Any) -> str:
    reason = str(error["msg"]).removeprefix("Value error, ")
    name = "_".join(map(str, error["loc"])).upper()
    return f"ZIN_{name}: {reason}" if name else f"ZIN settings: {reason}"
