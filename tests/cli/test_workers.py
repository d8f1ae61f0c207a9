"""A worker process that cannot begin says why."""

from __future__ import annotations

import os
from typing import Any, cast

from structlog.testing import capture_logs

from cli.workers import _Workers
from runtime.telemetry.sending import Instance
from settings import Settings


def test_a_worker_that_cannot_begin_logs_why() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    nothing, instance = cast("Any", None), Instance.of_this_process("serve")
    workers = _Workers(Settings(env="demo"), nothing, nothing, (reading, writing), instance)
    with capture_logs() as logged:
        assert workers._work(0, 0.0) == 1
    os.close(reading)
    assert [one["event"] for one in logged] == ["worker failed"]
