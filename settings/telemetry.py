"""Where the traces and metrics of a process are sent."""

from __future__ import annotations

from pydantic import Field

from settings.addresses import Address
from settings.environment import Environment


class TelemetrySettings(Environment):
    """Where the traces and metrics of a process are sent."""

    otlp_url: Address = Field(
        Address(),
        description="OpenTelemetry collector that takes OTLP over HTTP, e.g. http://127.0.0.1:4318; empty: none",
    )
