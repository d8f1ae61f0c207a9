"""A conversation over the small menu, and the calls of a dialect that ships."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.smpp.smpp_files import read_gateways
from channels.smpp.ussd_calls import UssdCalls, build_calls
from tests.support.conversation import Town
from tests.support.database import Registry
from tests.support.smpp_deliveries import Desk
from tests.support.smpp_gateway import gateway_folder


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def calls(tmp_path: Path, town: Town) -> UssdCalls:
    (gateway,) = read_gateways(gateway_folder(tmp_path / "gateways", "tata"))
    found = build_calls(gateway, town.conversation, town.settings)
    assert found
    return found


@pytest.fixture
def desk(registry: Registry) -> Desk:
    return Desk(registry)
