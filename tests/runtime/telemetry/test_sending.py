"""Without the setting nothing of OpenTelemetry is there; with it and without the packages, one line says so."""

from __future__ import annotations

import subprocess
import sys

import pytest

from runtime.telemetry.sending import require_telemetry
from settings import InvalidSettings, Settings
from tests.support.patience import PATIENCE

OFF = """
import sys
from runtime.telemetry.sending import Instance, require_telemetry, telemetry
from cli.active_settings import load
from tracing.tracer import active_tracer
import server

settings = load()
require_telemetry(settings)
with telemetry(settings, Instance.of_this_process("serve")):
    assert active_tracer() is None
    app = server.build(settings)
from channels.webhooks.direct_requests import DIRECT_WEBHOOKS, DirectWebhooks
assert type(app[DIRECT_WEBHOOKS]) is DirectWebhooks
OURS = ("runtime.telemetry.collector", "opentelemetry.exporter", "google.protobuf")  # redis imports what is installed
assert not [name for name in sys.modules if name.startswith(OURS)]
"""


@pytest.mark.slow
def test_nothing_is_imported_or_built_when_off() -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", OFF], check=True, timeout=PATIENCE)


def test_missing_packages_are_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("opentelemetry", "runtime.telemetry.collector"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(InvalidSettings, match=r"^ZIN_OTLP_URL: .*pip install 'zin\[telemetry\]', or leave it empty$"):
        require_telemetry(Settings.model_validate({"env": "demo", "otlp_url": "http://127.0.0.1:4318"}))
    require_telemetry(Settings(env="demo"))
