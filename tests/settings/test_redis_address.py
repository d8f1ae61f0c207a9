"""Addresses of Redis: what is refused at start and says what to write, and how sentinels are taken apart."""

from __future__ import annotations

import re

import pytest

from settings import Settings
from settings.addresses import Address
from settings.redis_address import split_cluster, split_sentinels

REFUSED = {
    "redis://10.0.0.5,10.0.0.6/0": "redis_url: one host only; for several that fail over, sentinel://",
    "rediss://zin:a,b@10.0.0.5:1,10.0.0.6:2": "redis_url: one host only",
    "sentinel://10.0.0.5,10.0.0.6": "redis_url: sentinel://host1,host2,host3/name/0, where name is",
    "sentinel:///zin/0": "redis_url: sentinel://host1,host2,host3/name/0, where name is",
    "sentinel://10.0.0.5/zin/first": "redis_url: sentinel://host1,host2,host3/name/0, where name is",
    "redis+cluster://": "redis_url: redis+cluster://host1:7000,host2:7000,host3:7000, with some nodes",
    "redis+cluster://10.0.0.5,:7000/": "redis_url: redis+cluster://host1:7000,host2:7000,host3:7000, with some nodes",
    "redis+cluster://10.0.0.5:7000,10.0.0.6:7000/2": "redis_url: a cluster has database 0 only",
    "rediss+cluster://10.0.0.5/?db=2": "redis_url: a cluster has database 0 only",
}
TAKEN = ["redis://zin:a,b@10.0.0.5:6379/0", "unix:///run/a,b.sock", "sentinel://10.0.0.5/zin", "sentinels://a,b/zin/2"]
TAKEN += ["redis+cluster://10.0.0.5:7000", "rediss+cluster://zin:a@a,b:7001,[fd00::1]/", "redis+cluster://10.0.0.5/0"]


@pytest.mark.parametrize(("address", "line"), REFUSED.items())
def test_impossible_address_says_what_to_write(address: str, line: str) -> None:
    with pytest.raises(ValueError, match=re.escape(line)):
        Settings.model_validate({"redis_url": address, "secret": "s" * 22})


@pytest.mark.parametrize("address", TAKEN)
def test_possible_address_is_taken(address: str) -> None:
    assert Settings.model_validate({"redis_url": address, "secret": "s" * 22}).redis_url == address


def test_sentinels_and_servers_have_their_own_sign_in() -> None:
    options = "sentinel_username=look&sentinel_password=o%2Fo&ssl_ca_certs=/ca.pem"
    found = split_sentinels(f"sentinels://zin:p%40ss@10.0.0.5,[fd00::1]:7/main/2?{options}")
    assert found.name == "main"
    assert found.sentinels == (
        "rediss://look:o%2Fo@10.0.0.5:26379?ssl_ca_certs=%2Fca.pem",
        "rediss://look:o%2Fo@[fd00::1]:7?ssl_ca_certs=%2Fca.pem",
    )
    assert found.server("10.0.0.9", 6380) == "rediss://zin:p%40ss@10.0.0.9:6380/2?ssl_ca_certs=%2Fca.pem"
    assert found.server("fd00::9", 1) == "rediss://zin:p%40ss@[fd00::9]:1/2?ssl_ca_certs=%2Fca.pem"


def test_nodes_of_a_cluster_share_the_sign_in() -> None:
    found = split_cluster("rediss+cluster://zin:p%40ss@10.0.0.5,[fd00::1]:7001/?ssl_ca_certs=/ca.pem")
    assert found.nodes == (("10.0.0.5", 6379), ("fd00::1", 7001))
    assert found.server("fd00::9", 7002) == "rediss://zin:p%40ss@[fd00::9]:7002?ssl_ca_certs=/ca.pem"


def test_password_of_sentinels_is_not_shown() -> None:
    shown = repr(Address("sentinel://zin:first@a,b/zin/0?sentinel_username=look&sentinel_password=second"))
    assert shown == "'sentinel://********@a,b/zin/0?sentinel_username=look&sentinel_password=********'"
