"""What all tests share: the option that rewrites what is written down, and the servers that some of them need."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# A busy machine makes an example late, which is no fault of what is tested.
settings.register_profile("zin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("zin")

pytest_plugins = [
    "tests.support.patience",
    "tests.support.valkey",
    "tests.support.database",
    "tests.support.browser",
    "tests.support.markers",
    "tests.support.menu_versions",
    "tests.support.passwords",
    "tests.support.smtp_server",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write journeys and schemas anew instead of comparing them")


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--rewrite"))
