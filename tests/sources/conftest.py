"""Fixtures of the tests of sources."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sources.declared.http_source import HttpSource
from state.interfaces import Source
from tests.support.database import sources_over
from tests.support.ministry_source import requests_source, settings_for
from tests.support.requests_api import Ministry


@pytest.fixture
async def ministry() -> AsyncIterator[Ministry]:
    ministry = Ministry()
    await ministry.open()
    yield ministry
    await ministry.close()
    assert not ministry.wrong, "a request that the OpenAPI file does not allow"


@pytest.fixture
async def api(ministry: Ministry, tmp_path: Path) -> AsyncIterator[HttpSource]:
    api = requests_source(settings_for(ministry.url, tmp_path, xroad_client="BJ/GOV/0001/zin"))
    yield api
    await api.close()


@pytest.fixture
async def sources(ministry: Ministry, tmp_path: Path) -> AsyncIterator[Source]:
    sources = sources_over(settings_for(ministry.url, tmp_path))
    yield sources
    await sources.close()
