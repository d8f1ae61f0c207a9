"""The Valkey of our own where the disk is full or the folder is gone: sessions go on, and so does its file when it can.

A limit on the size of the server's files stands for a full disk: it needs no file system of its own, and can be set and
lifted while the server runs.
"""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as ConnectionLost
from structlog.testing import capture_logs

from state.store.append_only_file import AppendOnlyFile
from state.store.embedded import EmbeddedValkey
from state.store.redis import RedisSessionStore
from state.store.server_location import socket_path
from tests.support.embedded_valkey import pid, running, saved, server
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.slow

LARGE = b"x" * 20_000


@pytest.fixture
def _looks_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("state.store.append_only_file.AGAIN_SECONDS", 0.5)


def limit(process: int, size: int) -> None:
    """How large a file of this process may be, in bytes."""
    resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def until(url: str, appendonly: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await server(url))["appendonly"] != appendonly:  # noqa: ASYNC110 - what is waited for is in a server
            await asyncio.sleep(0.05)


async def keep_saving(store: RedisSessionStore, start: str, times: int) -> None:
    for number in range(times):
        assert await store.compare_and_set(f"{start}{number}", b"", LARGE, 60)
        await asyncio.sleep(0.05)


@pytest.mark.usefixtures("_looks_again_soon")
async def test_full_disk_keeps_sessions_and_file_restarts_later(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as url:
        store = RedisSessionStore(url, PATIENCE)
        await keep_saving(store, "before", 2)
        with capture_logs() as logs:
            limit(await pid(url), 30_000)
            await keep_saving(store, "full", 30)
            await until(url, "no")
            limit(await pid(url), resource.RLIM_INFINITY)
            await until(url, "yes")
            await keep_saving(store, "after", 2)
        await store.close()
        events = [one["event"] for one in logs]
        assert events[0] == "no room on the disk: sessions are kept in memory only, and lost when valkey stops"
        assert events[-1] == "sessions are kept on the disk again"
        assert "valkey stopped, starting it again" not in events
    async with running(tmp_path) as url:
        store = RedisSessionStore(url, PATIENCE)
        for name in ("before0", "full0", "full29", "after1"):
            assert await store.get(name) == LARGE, "what was saved in memory only is in the file that was begun again"
        await store.close()


async def test_start_on_a_full_disk_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = False
    monkeypatch.setattr("state.store.append_only_file._has_room", lambda _: room)
    monkeypatch.setattr("state.store.append_only_file.AGAIN_SECONDS", 0.3)
    with capture_logs() as logs:
        async with running(tmp_path) as url:
            assert (await server(url))["appendonly"] == "no"
            assert await saved(url, b"1") == b""
            room = True
            await until(url, "yes")
    assert [one["event"] for one in logs] == [
        "no room on the disk: sessions are kept in memory only, and lost when valkey stops",
        "sessions are kept on the disk again",
    ]


async def test_free_space_is_checked_in_the_files_folder(tmp_path: Path) -> None:
    file = AppendOnlyFile(tmp_path, tmp_path / "valkey.sock")
    assert await file.option() == "yes"
    assert os.listdir(tmp_path) == []
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with capture_logs() as logs:
            assert await file.option() == "no"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(logs) == 1
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("depth", ["", "d" * 100], ids=["a socket inside", "a socket elsewhere"])
async def test_removed_folder_is_recreated_for_all_clients(
    tmp_path: Path, depth: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("t")))
    folder = tmp_path / "data" / depth
    async with running(folder) as url, running(folder) as guest:
        stores = [RedisSessionStore(url, PATIENCE), RedisSessionStore(guest, PATIENCE)]
        first = await pid(url)
        assert await stores[0].compare_and_set("a", b"", b"1", 60)
        shutil.rmtree(tmp_path / "data")
        await until_another(url, first)
        async with asyncio.timeout(PATIENCE):  # the server that is ending may still take one of them
            while await stores[1].get("b0") != b"2":
                for number, store in enumerate(stores):
                    assert await store.compare_and_set(f"b{number}", b"", b"2", 60)
        assert (folder / "appendonlydir").is_dir()
        for store in stores:
            await store.close()


async def until_another(url: str, process: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with suppress(ConnectionLost):  # there is no socket yet
                if await pid(url) != process:
                    return
            await asyncio.sleep(0.05)


async def test_connected_clients_continue_without_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path / "data") as url:
        store = RedisSessionStore(url, PATIENCE)
        await store.compare_and_set("a", b"", b"1", 60)
        monkeypatch.setattr(EmbeddedValkey, "_make_folder", lambda _: False)
        shutil.rmtree(tmp_path / "data")
        await asyncio.sleep(0.6)
        assert await store.get("a") == b"1"
        await store.close()


async def test_full_memory_evicts_older_sessions(tmp_path: Path) -> None:
    async with running(tmp_path) as url:
        async with Redis.from_url(url) as client:
            used = (await client.info("memory"))["used_memory"]
            await client.config_set("maxmemory", used + 2_000_000)
        store = RedisSessionStore(url, PATIENCE)
        for number in range(500):  # five times what there is room for
            assert await store.compare_and_set(f"s{number}", b"", LARGE, 60 + number)
        assert await store.get("s499") == LARGE
        await store.close()


async def test_later_process_shares_the_recreated_server(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as url:
        first = await pid(url)
        shutil.rmtree(tmp_path / "data")
        await until_another(url, first)
        async with running(tmp_path / "data") as later:
            assert await pid(later) == await pid(url)
            assert socket_path(tmp_path / "data").exists()
