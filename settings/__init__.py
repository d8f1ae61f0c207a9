"""Every setting of Zin, typed, with its unit; read from the environment, prefix ZIN_.

Time limits are nested, so that Zin answers before the gateway gives up (tests/test_settings.py): timeout of the gateway
> hop_seconds > source_seconds > connect_seconds.
"""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, model_validator

from settings.addresses import ADDRESSES, Address, is_local
from settings.checks import GATEWAY_SECONDS, check_addresses, check_bots, check_secrets, check_times
from settings.environment import Environment
from settings.secret_values import DEMO, MIN_SECRET_CHARACTERS, Secrets, plain, split_secrets

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

Seconds = Annotated[float, Field(gt=0)]


class InvalidSettings(Exception):
    """A setting has an invalid value; the text has one line per fault: the setting and the values it accepts."""


class Settings(Environment):
    """Everything that the environment can configure; all other values are constants in the code."""

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on")
    proxies: str = Field(
        "", description="addresses of the proxies in front, whose X-Forwarded-For is believed, e.g. 10.0.0.7,fd00::/8"
    )
    secret: SecretStr = Field(
        SecretStr(""), description="behind each of the next four, and in place of what is empty; 22 characters or more"
    )
    at_secrets: SecretStr = Field(SecretStr(""), description="last part of Africa's Talking's addresses; a list")
    madapi_secrets: SecretStr = Field(SecretStr(""), description="last part of MTN MADAPI's address; a list")
    rest_keys: SecretStr = Field(SecretStr(""), description="seal what is kept: the first seals, all open; a list")
    pepper: SecretStr = Field(SecretStr(""), description="key of the hashes of phone numbers, kept for good")
    data: Path = Field(Path("var"), description="folder of the database and of the embedded Valkey")
    redis_url: Address = Field(Address(), description="Redis or Valkey; empty: an embedded Valkey in the data folder")
    database_url: SecretStr = Field(SecretStr(""), description="postgresql://…; empty: SQLite in the data folder")
    database_pooled: bool = Field(
        False, description="whether a pooler in transaction mode, such as PgBouncer, stands before PostgreSQL"
    )
    menus: Path = Field(Path("menus"), description="folder of the menu files; in production of the next version")
    locales: Path = Field(Path("locales"), description="folder of the languages and their words")
    journeys: Path = Field(Path("tests/journeys"), description="folder of the calls written down, to compare with")
    draft_languages: str = Field(
        "", description="languages offered in production without a speaker's review, e.g. fon,yo"
    )
    at_service_code: str = Field("", description="USSD code served, e.g. *384*229#; empty: any")
    at_username: str = Field("", description="Africa's Talking account; empty: SMS are shown in the terminal, not sent")
    at_api_key: SecretStr = Field(SecretStr(""), description="its key")
    at_sender: str = Field("", description="sender of SMS, as registered with Africa's Talking; empty: its own")
    at_url: Address = Field(
        Address(), description="address of its API up to the version; empty: the real one, or the sandbox's"
    )
    sms_per_second: float = Field(20.0, gt=0, description="SMS that leave each second, from all processes together")
    sms_replies_per_hour: int = Field(30, gt=0, description="SMS that one number can make Zin send within an hour")
    chat_replies_per_hour: int = Field(
        300, gt=0, description="answers and messages that one WhatsApp or Telegram account can cause within an hour"
    )
    sms_price: float = Field(0.0, ge=0, description="price of one part of an SMS, in F CFA; 0: unknown")
    news_per_citizen: int = Field(10, gt=0, description="things, such as seats, that one citizen can have news of")
    quiet_hours: str = Field(
        "21-7",
        pattern=r"^(([01]?\d|2[0-3])-([01]?\d|2[0-3]))?$",
        description="hours of Benin between which the messages of ministries wait, e.g. 21-7; empty: none",
    )
    whatsapp_token: SecretStr = Field(
        SecretStr(""), description="access token of the WhatsApp Cloud API; empty: messages are shown, not sent"
    )
    whatsapp_app_secret: SecretStr = Field(
        SecretStr(""), description="secret of the app that signs what comes in; a list"
    )
    whatsapp_verify_token: SecretStr = Field(
        SecretStr(""), description="word that Meta asks for when it is connected; a list"
    )
    whatsapp_phone_id: str = Field("", description="Meta's id of the number that citizens write to")
    whatsapp_url: Address = Field(Address("https://graph.facebook.com/v23.0"), description="address of the Cloud API")
    whatsapp_template: str = Field(
        "", description="approved template with one variable, and its language, e.g. zin_info/fr; empty: none"
    )
    telegram_token: SecretStr = Field(
        SecretStr(""), description="token of the Telegram bot; empty: messages are shown, not sent"
    )
    telegram_secret: SecretStr = Field(
        SecretStr(""), description="word that comes with each update, 22 or more signs; a list"
    )
    telegram_url: Address = Field(Address("https://api.telegram.org"), description="address of Telegram's API")
    madapi_service_code: str = Field("", description="USSD code served through MTN MADAPI; empty: any")
    requests_url: Address = Field(Address(), description="the ministry's requests API; empty: the local registry")
    requests_token: SecretStr = Field(SecretStr(""), description="bearer token for the requests API")
    xroad_client: str = Field("", description="X-Road-Client header for the requests API, e.g. BJ/GOV/0001/zin")
    secret_files: Path = Field(
        Path("secrets"), description="folder of the tokens, certificates and keys that files in menus/sources name"
    )
    inbox: str = Field("", description="folder whose files are imported into registers; empty: none")
    hop_seconds: Seconds = Field(5.0, description="time within which a hop is answered, whatever happens, in seconds")
    source_seconds: Seconds = Field(3.0, description="time a source may take, in seconds")
    connect_seconds: Seconds = Field(1.0, description="time to reach Valkey or a source, in seconds")
    most_at_once: int = Field(
        1500, gt=0, description="hops at once in a process and channel; beyond, new callers are asked to call again"
    )
    session_seconds: int = Field(180, gt=0, description="life of a USSD session after its last hop, in seconds")
    redial_seconds: int = Field(600, gt=0, description="time during which a dropped call can be continued, in seconds")

    @property
    def trusted_proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Return the networks in `proxies`. Raises ValueError."""
        return tuple(ip_network(one) for one in filter(None, self.proxies.replace(" ", "").split(",")))

    @property
    def quiet(self) -> tuple[int, int] | None:
        """Return the hours of Benin in `quiet_hours`; None if there are none."""
        begins, _, ends = self.quiet_hours.partition("-")
        return (int(begins), int(ends)) if begins != ends else None

    @property
    def drafts(self) -> frozenset[str] | None:
        """Return the languages that are offered without a review; None in demo, where all are offered."""
        named = frozenset(filter(None, self.draft_languages.replace(" ", "").split(",")))
        return None if self.env == "demo" else named

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
