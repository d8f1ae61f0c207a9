from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smpp.client.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("smpp.client.UNBIND_SECONDS", 0.05)
