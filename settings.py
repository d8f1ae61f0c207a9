"""Every setting of Zin, typed, with its unit; read from the environment, prefix ZIN_.

Times nest, each shorter than the one outside it, so that a citizen is answered before the gateway gives up
(tests/test_settings.py): gateway patience > hop_seconds > source_seconds > connect_seconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

GATEWAY_SECONDS = 10.0  # Africa's Talking ends the session then: developers.africastalking.com/docs/ussd/overview
SHORTEST_SECRET = 22  # characters: 128 bits as URL-safe base64

ADDRESSES = {
    "redis_url": ("redis://", "rediss://", "unix://"),
    "database_url": ("postgresql://", "postgres://"),
    "requests_url": ("http://", "https://"),
    "at_url": ("http://", "https://"),
}

Seconds = Annotated[float, Field(gt=0)]


class SettingsWrong(Exception):
    """A setting that cannot be used; each line says which, and what it must be."""


class Settings(BaseSettings):
    """What can be set from outside; everything else is decided in the code."""

    model_config = SettingsConfigDict(env_prefix="ZIN_", env_ignore_empty=True, extra="ignore", frozen=True)

    env: Literal["demo", "production"] = Field(
        "demo", description="demo: sample data, secret `demo`; production: neither"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on")
    secret: SecretStr = Field(SecretStr(""), description="last part of the gateways' addresses, 22 characters or more")
    data: Path = Field(Path("var"), description="folder of the database and of the embedded Valkey")
    redis_url: str = Field("", description="Redis or Valkey; empty: an embedded Valkey in the data folder")
    database_url: SecretStr = Field(SecretStr(""), description="postgresql://…; empty: SQLite in the data folder")
    menus: Path = Field(Path("menus"), description="folder of the menu files")
    locales: Path = Field(Path("locales"), description="folder of the languages and their words")
    draft_languages: str = Field(
        "", description="languages offered in production without a speaker's review, e.g. fon,yo"
    )
    at_service_code: str = Field("", description="USSD code served, e.g. *384*229#; empty: any")
    at_username: str = Field("", description="Africa's Talking account; empty: SMS are shown in the terminal, not sent")
    at_api_key: SecretStr = Field(SecretStr(""), description="its key")
    at_sender: str = Field("", description="sender of SMS, as registered with Africa's Talking; empty: its own")
    at_url: str = Field("", description="address of its API up to the version; empty: the real one, or the sandbox's")
    sms_per_second: float = Field(20.0, gt=0, description="SMS that leave each second, from all processes together")
    madapi_service_code: str = Field("", description="USSD code served through MTN MADAPI; empty: any")
    requests_url: str = Field("", description="the ministry's requests API; empty: the local registry")
    requests_token: SecretStr = Field(SecretStr(""), description="bearer token for the requests API")
    xroad_client: str = Field("", description="X-Road-Client header for the requests API, e.g. BJ/GOV/0001/zin")
    hop_seconds: Seconds = Field(5.0, description="time within which a hop is answered, whatever happens, in seconds")
    source_seconds: Seconds = Field(3.0, description="time a source may take, in seconds")
    connect_seconds: Seconds = Field(1.0, description="time to reach Valkey or a source, in seconds")
    session_seconds: int = Field(180, gt=0, description="life of a USSD session after its last hop, in seconds")
    redial_seconds: int = Field(600, gt=0, description="time during which a dropped call can be continued, in seconds")

    @property
    def drafts(self) -> frozenset[str] | None:
        """The languages offered without a review; None where all of them are, in demo."""
        named = frozenset(filter(None, self.draft_languages.replace(" ", "").split(",")))
        return named if self.env == "production" else None

    @model_validator(mode="before")
    @classmethod
    def _demo_secret(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("env", "demo") == "demo":
            given.setdefault("secret", "demo")
        return given

    @model_validator(mode="after")
    def _holds_together(self) -> Settings:
        if not GATEWAY_SECONDS > self.hop_seconds > self.source_seconds > self.connect_seconds:
            raise ValueError("times must nest: 10 > hop_seconds > source_seconds > connect_seconds")
        for name, starts in ADDRESSES.items():
            value = getattr(self, name)
            told = value.get_secret_value() if isinstance(value, SecretStr) else value
            if told and not told.startswith(starts):
                raise ValueError(f"{name}: an address that begins with {' or '.join(starts)}, or nothing")
        if bool(self.at_username) != bool(self.at_api_key.get_secret_value()):
            raise ValueError("at_username, at_api_key: both, or neither")
        if self.env == "production" and len(self.secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"secret: in production it is required, {SHORTEST_SECRET} characters or more")
        return self


def load() -> Settings:
    """The settings of this environment. Raises SettingsWrong, one line a mistake."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsWrong("\n".join(_told(one) for one in error.errors(include_url=False))) from None


def _told(error: Any) -> str:
    said = str(error["msg"]).removeprefix("Value error, ")
    name = "_".join(map(str, error["loc"])).upper()
    return f"ZIN_{name}: {said}" if name else f"ZIN settings: {said}"
