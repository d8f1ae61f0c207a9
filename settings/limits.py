"""Limits of time and number."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from settings.environment import Environment

FAILOVER_PART: Final = 0.9  # of a hop's time; the rest is for the apology, if no primary comes
Seconds = Annotated[float, Field(gt=0)]


class LimitSettings(Environment):
    """Limits of time and number."""

    sms_per_second: float = Field(20.0, gt=0, description="SMS that leave each second, from all processes together")
    sms_replies_per_hour: int = Field(30, gt=0, description="SMS that one number can make Zin send within an hour")
    chat_replies_per_hour: int = Field(
        300, gt=0, description="answers and messages that one WhatsApp or Telegram account can cause within an hour"
    )
    sms_price: float = Field(0.0, ge=0, description="price of one part of an SMS, in local money; 0: unknown")
    ussd_price: float = Field(0.0, ge=0, description="price of one USSD call, in local money; 0: unknown")
    news_per_citizen: int = Field(10, gt=0, description="things, such as seats, that one citizen can have news of")
    quiet_hours: str = Field(
        "21-7",
        pattern=r"^(([01]?\d|2[0-3])-([01]?\d|2[0-3]))?$",
        description="local hours between which the messages of ministries wait, e.g. 21-7; empty: none",
    )
    hop_seconds: Seconds = Field(5.0, description="time within which a hop is answered, whatever happens, in seconds")
    source_seconds: Seconds = Field(3.0, description="time a source may take, in seconds")
    connect_seconds: Seconds = Field(1.0, description="time to reach Valkey or a source, in seconds")
    most_at_once: int = Field(
        1500, gt=0, description="hops at once in a process and channel; beyond, new callers are asked to call again"
    )
    session_seconds: int = Field(180, gt=0, description="life of a USSD session after its last hop, in seconds")
    redial_seconds: int = Field(600, gt=0, description="time during which a dropped call can be continued, in seconds")

    @property
    def failover_seconds(self) -> float:
        """Return the time for which a hop waits for another primary."""
        return self.hop_seconds * FAILOVER_PART

    @property
    def quiet(self) -> tuple[int, int] | None:
        """Return the local hours in `quiet_hours`; None if there are none."""
        begins, _, ends = self.quiet_hours.partition("-")
        return (int(begins), int(ends)) if begins != ends else None
