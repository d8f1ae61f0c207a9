"""From a file of results that somebody imports to the e-mail that an approver gets, over a real mail server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from accounts.contacts import ACTION
from admin.context import ADMIN_CONTEXT
from admin.start import task_finder
from authoring.replay.fakes import FakeClock
from results.publishing import Publishing
from runtime import delivery
from server import SERVICES
from tests.support.admin_client import open_admin_site, post, sign_in
from tests.support.audit_entries import done
from tests.support.patience import PATIENCE
from tests.support.results_desk import BAC, IDA, file
from tests.support.smtp_server import SENDER, MailServer

pytestmark = pytest.mark.slow
EMAIL = "paul@exemple.bj"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workers look without a pause."""
    monkeypatch.setattr(task_finder, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(delivery, "NOTIFICATION_SECONDS", 0.05)


async def turn(clock: FakeClock, until: Callable[[], Awaitable[object]]) -> None:
    """Turn the clock, a minute at a time, until something is there."""
    async with asyncio.timeout(PATIENCE):
        while not await until():
            clock.now += 60.0
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("hasty")
async def test_approver_is_notified_once_that_results_wait(
    valkey_url: str, tmp_path: Path, mail: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    clock, server = FakeClock(), {"smtp_url": f"smtp://127.0.0.1:{mail.port}", "smtp_sender": SENDER}
    clock.now, minutes = time.time() - 24 * 3600, iter(range(30))
    async with open_admin_site(valkey_url, tmp_path, clock=clock, **server) as client:
        token = await sign_in(client, "approver", "paul")
        parts, settings = client.app[SERVICES], client.app[ADMIN_CONTEXT].settings
        assert (await post(client, "mon-compte/avis", token, way="email", email=EMAIL, number=""))[0] == 303
        await Publishing(parts.database, production=True).store_draft(IDA, BAC, file())

        async def has_come() -> bool:
            return bool(mail.taken) and next(minutes, None) is None  # and half an hour later

        async with delivery.run_delivery(settings, parts, print):
            await turn(clock, has_come)
        assert mail.recipients == [EMAIL]
        assert "- 1 fichier de résultats à approuver ou à publier\n" in mail.texts[0]
        assert "bac" not in mail.taken[0].as_string().lower().replace(EMAIL, "")
        assert [one.action for one in await done(parts.database)].count(ACTION) == 1
    assert EMAIL not in str(capsys.readouterr())
