"""The environment of an installation, and what each environment allows. Other modules read these properties only."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """A demonstration or production, as named capabilities."""

    model_config = SettingsConfigDict(
        env_prefix="ZIN_", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    env: Literal["demo", "production"] = Field(
        "demo", description="demo: sample data, secret `demo`; production: neither"
    )

    @property
    def has_sample_data(self) -> bool:
        """Return whether sample data is loaded and may be published; otherwise both are refused."""
        return self.env == "demo"

    @property
    def has_open_desk(self) -> bool:
        """Return whether the admin site is open without an account, and then only to requests from this machine."""
        return self.env == "demo"

    @property
    def migrates_by_itself(self) -> bool:
        """Return whether a start migrates the tables; otherwise only `zin migrate` does."""
        return self.env == "demo"

    @property
    def reloads_saved_menus(self) -> bool:
        """Return whether a saved menu file takes effect; otherwise only a publication does."""
        return self.env == "demo"

    @property
    def delivers_inside_the_server(self) -> bool:
        """Return whether `zin serve` delivers the outbox; otherwise only `zin deliver` does."""
        return self.env == "demo"

    @property
    def stops_at_once(self) -> bool:
        """Return whether a server that is stopped ends at once; otherwise it serves on until proxies have left."""
        return self.env == "demo"

    @property
    def takes_weak_secrets(self) -> bool:
        """Return whether a gateway may have a short or well-known secret; otherwise it then gets no address."""
        return self.env == "demo"

    @property
    def prints_message_texts(self) -> bool:
        """Return whether a dry run prints the text of a message; otherwise it prints the first line only."""
        return self.env == "demo"

    @property
    def has_readable_logs(self) -> bool:
        """Return whether log lines are formatted for a terminal; otherwise each line is JSON."""
        return self.env == "demo"
