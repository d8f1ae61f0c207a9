"""The Valkey of our own: it answers, comes back, is shared, and leaves with us and with nobody else."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from state.errors import StoreUnavailable
from state.store.embedded import EmbeddedValkey
from state.store.server_location import MAX_SOCKET_BYTES, socket_path
from tests.support.embedded_valkey import pid, running, saved, server
from tests.support.patience import PATIENCE


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def open_to_others(*paths: Path) -> list[Path]:
    return [path for path in paths if path.stat().st_mode & 0o077]


async def test_values_survive_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path / "new" / "folder") as url:
        assert await saved(url, b"1") == b""
    async with running(tmp_path / "new" / "folder") as url:
        assert await saved(url, b"2") == b"1"


async def test_socket_and_files_are_private(tmp_path: Path) -> None:
    async with running(tmp_path) as url:
        await saved(url, b"1")
        facts = await server(url)
        assert (facts["port"], facts["maxmemory"], facts["maxmemory-policy"]) == ("0", "268435456", "volatile-ttl")
        assert open_to_others(tmp_path / "valkey.sock", tmp_path / "valkey.log", tmp_path / "appendonlydir") == []


async def test_stopped_server_leaves_no_process(tmp_path: Path) -> None:
    async with running(tmp_path) as url:
        process = await pid(url)
        assert alive(process)
    assert not alive(process)


async def test_killed_server_restarts_with_its_values(tmp_path: Path) -> None:
    async with running(tmp_path) as url:
        seen = set()
        for turn in range(3):
            assert await saved(url, b"%d" % turn) == (b"%d" % (turn - 1) if turn else b"")
            seen.add(process := await pid(url))
            os.kill(process, signal.SIGKILL)
        assert await saved(url, b"3") == b"2"
        assert len(seen) == 3


async def test_second_process_shares_and_takes_over(tmp_path: Path) -> None:
    async with AsyncExitStack() as later:
        async with running(tmp_path) as url:
            process = await pid(url)
            assert await later.enter_async_context(running(tmp_path)) == url
            assert await pid(url) == process
            await saved(url, b"1")
        assert not alive(process)
        assert await saved(url, b"2") == b"1"
        assert await pid(url) != process


async def test_leaving_guest_does_not_stop_the_server(tmp_path: Path) -> None:
    async with running(tmp_path) as url:
        process = await pid(url)
        async with running(tmp_path):
            pass
        assert await pid(url) == process


async def test_simultaneous_starts_run_one_server(tmp_path: Path) -> None:
    async with AsyncExitStack() as both:
        first, second = await asyncio.gather(*(both.enter_async_context(running(tmp_path)) for _ in range(2)))
        assert await pid(first) == await pid(second)
        await saved(first, b"1")
        assert await saved(second, b"2") == b"1"


async def test_orphaned_server_is_replaced_with_its_values(tmp_path: Path) -> None:
    killed = EmbeddedValkey(tmp_path)
    url = await killed.start()
    await saved(url, b"1")
    orphan = await pid(url)
    assert killed._process
    assert killed._watch
    assert killed._lock
    killed._watch.cancel()
    killed._lock.close()  # all that the system does when a process is killed
    async with running(tmp_path) as url:
        assert await pid(url) != orphan
        assert await saved(url, b"2") == b"1"
    await killed._process.wait()


async def test_stale_socket_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "valkey.sock").touch()
    async with running(tmp_path) as url:
        assert await saved(url, b"1") == b""


async def test_deep_folder_has_its_socket_elsewhere(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("t")))
    deep = tmp_path / "é # %" / ("d" * 100)
    async with running(deep) as url, running(deep) as again:
        assert again == url
        assert await saved(url, b"1") == b""
        assert len(os.fsencode(socket_path(deep))) <= MAX_SOCKET_BYTES
    assert (deep / "appendonlydir").is_dir()


async def test_shared_socket_folder_is_refused(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("t")))
    socket_path(tmp_path / ("d" * 100)).parent.chmod(0o755)
    with pytest.raises(StoreUnavailable, match="not a folder of ours alone"):
        EmbeddedValkey(tmp_path / ("d" * 100))


@pytest.mark.parametrize("what", ["the folder is a file", "what it wrote is unreadable"])
async def test_impossible_start_is_reported_at_once(tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("state.store.embedded.START_SECONDS", 2 * PATIENCE)
    folder = tmp_path / "data"
    if what == "the folder is a file":
        folder.touch()
    else:
        (folder / "appendonlydir").mkdir(parents=True)
        (folder / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")
    embedded = EmbeddedValkey(folder)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(StoreUnavailable, match="data"):
            await embedded.start()
    await embedded.stop()


async def test_unresponsive_start_is_ended_and_repeatable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("state.store.embedded.START_SECONDS", 0.001)
        with pytest.raises(StoreUnavailable, match="no answer"):
            await EmbeddedValkey(tmp_path).start()
    async with running(tmp_path) as url:
        assert await saved(url, b"1") == b""
