"""A worker process that cannot begin says why."""

from __future__ import annotations

import os
from typing import Any, cast

from structlog.testing import capture_logs

from cli.workers import _Workers
from settings import Settings


def test_a_worker_that_cannot_begin_logs_why() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    workers = _Workers(Settings(env="demo"), cast("Any", None), cast("Any", None), (reading, writing))
    with capture_logs() as logged:
        assert workers._work(0, 0.0) == 1
    os.close(reading)
    assert [one["event"] for one in logged] == ["worker failed"]
