"""What is written for the administrator about a server that cannot be used, by real servers and by their words."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

import pytest
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import MovedError

from state.errors import StoreUnavailable
from state.store.redis import RedisSessionStore
from state.store.server_advice import advice_on
from tests.support.redis_process import HOST, RedisProcess, free_ports
from tests.support.store_faults import SHORT
from tests.support.valkey import Server

REFUSALS: Final = [
    ("CONFIG SET requirepass right", "user or the password", True),
    ("ACL SETUSER default -evalsha", "lacks a permission", True),
    ("REPLICAOF 127.0.0.1 1", "is a replica: name the primary", False),
    ("CONFIG SET maxmemory 1", "is full", False),
    ("CONFIG SET min-replicas-to-write 1", "refuses (NOREPLICAS)", False),
]


async def advised(url: str) -> tuple[str, bool]:
    """The advice about a save at this address, which fails."""
    store = RedisSessionStore(url, SHORT, 3 * SHORT)
    try:
        with pytest.raises(StoreUnavailable) as failure:
            await store.compare_and_set("a", b"", b"1", 60)
        return advice_on(failure.value)
    finally:
        await store.close()


@pytest.mark.parametrize(("command", "line", "is_final"), REFUSALS)
async def test_refusal_says_what_to_do(own_valkey: Server, command: str, line: str, is_final: bool) -> None:
    own_valkey.say(command)
    found = await advised(own_valkey.url)
    assert line in found[0]
    assert found[1] is is_final


async def test_server_that_is_away_may_come_back() -> None:
    assert await advised(f"redis://{HOST}:{free_ports(1)[0]}/0") == advice_on(None)
    assert not advice_on(None).is_final


async def test_kind_of_server_is_recognised(tmp_path: Path) -> None:
    """A sentinel is no server, a server is no sentinel, and neither has what the address names."""
    first, second = free_ports(2)
    server = RedisProcess(tmp_path / "server", first)
    sentinel = RedisProcess(tmp_path / "sentinel", second, f"sentinel monitor zin {HOST} {first} 1")
    try:
        server.start()
        sentinel.start("--sentinel")
        wrong = {
            f"redis://{sentinel.address}": "if it is a sentinel, sentinel://",
            f"sentinel://{server.address}/zin/0": "the hosts are no sentinels",
            f"sentinel://{sentinel.address}/other/0": "watch no primary of this name",
            f"sentinel://{sentinel.address}/zin/99": "/0",
            f"redis://{server.address}/99": "/0",
        }
        found = {url: await advised(url) for url in wrong}
    finally:
        sentinel.kill()
        server.kill()
    assert {url: line for url, line in wrong.items() if line not in found[url][0] or not found[url][1]} == {}


async def test_unknown_option_is_named() -> None:
    with pytest.raises(StoreUnavailable, match="ZIN_REDIS_URL: an option after the question mark is unknown"):
        RedisSessionStore("redis://127.0.0.1/0?ssl_authority=here", SHORT)


async def test_kinds_of_cluster_addresses_are_recognised(tmp_path: Path) -> None:
    """A plain address of a node, a cluster address of a plain server, a node that nobody gave slots, and a full one."""
    plain, empty, half = free_ports(3)
    server = RedisProcess(tmp_path / "server", plain)
    alone = RedisProcess(tmp_path / "alone", empty, "cluster-enabled yes")
    part = RedisProcess(tmp_path / "part", half, "cluster-enabled yes")
    try:
        for one in (server, alone, part):
            one.start()
        part.ask("CLUSTER", "ADDSLOTSRANGE", 0, 16000)
        part.wait_until(lambda: b"cluster_state:fail" in part.ask("CLUSTER", "INFO"), "missing slots")
        wrong = {
            f"redis+cluster://{server.address}/": ("no nodes of a cluster: redis://host:port/0", True),
            f"redis+cluster://{alone.address}/": ("form the cluster", False),
            f"redis+cluster://{part.address}/": ("does not serve all slots: `valkey-cli --cluster check`", False),
            f"redis+cluster://zin:wrong@{part.address}/": ("the user or the password", True),
        }
        found = {url: await advised(url) for url in wrong}
    finally:
        for one in (server, alone, part):
            one.kill()
    assert {url: (found[url], line) for url, line in wrong.items() if line[0] not in found[url][0]} == {}
    assert {url: is_final for url, (_, is_final) in wrong.items()} == {url: one[1] for url, one in found.items()}


def test_node_of_a_cluster_is_recognised() -> None:
    line, is_final = advice_on(MovedError("3999 127.0.0.1:6381"))
    assert "a node of a cluster: redis+cluster://" in line
    assert is_final


def test_answer_that_is_no_tls_is_recognised() -> None:
    lost = ConnectionLost("not opened")
    lost.__context__ = ssl.SSLError(1, "WRONG_VERSION_NUMBER")
    assert "speaks no TLS" in advice_on(lost).line


CERTIFICATES: Final = {
    10: "has expired",
    9: "not yet valid",
    62: "another name",
    64: "another address",
    19: "ssl_ca_certs",
}


@pytest.mark.parametrize(("code", "line"), CERTIFICATES.items())
def test_refused_certificate_says_why(code: int, line: str) -> None:
    refusal, lost = ssl.SSLCertVerificationError("refused"), ConnectionLost("not opened")
    refusal.verify_code = code
    lost.__context__ = refusal
    assert line in advice_on(lost).line
    assert advice_on(lost).is_final
