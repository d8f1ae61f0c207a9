"""The store is tried when a process starts: mistakes end the start, a server that may come back does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from runtime.store_check import check_store
from settings import Settings
from state.errors import StoreUnavailable
from tests.support.loading_server import finish_loading, loading_server
from tests.support.sentinel import running_sentinels
from tests.support.valkey import Server

LOADING = "the server loads its data: nothing to do, calls are answered once it is done"


def settings(url: str, connect_seconds: float = 0.3) -> Settings:
    times = {"hop_seconds": 9, "source_seconds": 8, "connect_seconds": connect_seconds}
    return Settings.model_validate({"redis_url": url, **times})


async def test_wrong_password_ends_the_start_with_a_line(own_valkey: Server) -> None:
    own_valkey.say("CONFIG SET requirepass right")
    path = own_valkey.url.removeprefix("unix://")
    with pytest.raises(StoreUnavailable, match=r"^ZIN_REDIS_URL: the server refuses the user or the password") as line:
        await check_store(settings(f"unix://zin:a-secret@{path}"))
    assert "a-secret" not in str(line.value)


async def test_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(StoreUnavailable, match=r"the file of ssl_ca_certs cannot be read: /no/such/ca\.pem$"):
        await check_store(settings("rediss://127.0.0.1:1/0?ssl_ca_certs=/no/such/ca.pem"))


@pytest.mark.parametrize("command", ["CONFIG SET maxmemory 1", "REPLICAOF 127.0.0.1 1"])
async def test_server_that_may_come_back_is_logged(own_valkey: Server, command: str) -> None:
    own_valkey.say(command)
    with capture_logs() as lines:
        await check_store(settings(own_valkey.url))
    assert [(one["event"], one["setting"]) for one in lines] == [("sessions cannot be stored yet", "ZIN_REDIS_URL")]


async def test_server_that_loads_is_logged_and_nothing_to_do(tmp_path: Path) -> None:
    with loading_server(tmp_path) as server:
        with capture_logs() as lines:
            await check_store(settings(f"redis://{server.address}/0", connect_seconds=3))
        finish_loading(server)
        with capture_logs() as later:
            await check_store(settings(f"redis://{server.address}/0"))
    (line,) = lines
    assert (line["event"], line["why"]) == ("sessions cannot be stored yet", LOADING)
    assert later == []


async def test_server_that_is_ready_says_nothing(valkey_url: str) -> None:
    with capture_logs() as lines:
        await check_store(settings(valkey_url))
        await check_store(Settings())  # an embedded server is looked after already
    assert lines == []


async def test_silent_sentinel_is_named_at_the_start(tmp_path: Path) -> None:
    with running_sentinels(tmp_path) as group:
        with capture_logs() as lines:
            await check_store(settings(group.url, connect_seconds=3))
        assert lines == []
        group.sentinels[1].kill()
        with capture_logs() as lines:
            await check_store(settings(group.url, connect_seconds=3))
    (line,) = lines
    assert (line["event"], line["setting"]) == ("a sentinel does not answer", "ZIN_REDIS_URL")
    assert line["sentinel"] == f"2 of 3, {group.sentinels[1].address}"


async def test_no_sentinel_is_named_without_its_password() -> None:
    url = "sentinel://zin:a-secret@127.0.0.1:1,127.0.0.1:2/zin/0?sentinel_password=another-secret"
    with capture_logs() as lines:
        await check_store(settings(url))
    assert [line["sentinel"] for line in lines[:-1]] == ["1 of 2, 127.0.0.1:1", "2 of 2, 127.0.0.1:2"]
    assert "secret" not in str(lines)
