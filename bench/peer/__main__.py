"""Measures Zin and ussd-menu-builder side by side, in one run: `python -m bench.peer`, part of `make bench`.

Both answer the same calls with the same texts on the first core; Valkey and the load generator share the last one.
Rounds alternate; a figure is the median of all rounds. bench/peer/server.js says what the peer does. Without Node, or
if npm cannot fetch the peer, one line says why and nothing is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bench.calls import LANGUAGE, RESULTS, SHORT, Call, as_first_calls
from bench.citizens import CITIZENS
from bench.load import FIRST_NUMBER, FIRST_TIME, RETURNING, Load
from bench.peer.comparison import Comparison, keep, show
from bench.peer.node_packages import PeerMissing, cache_folder, fetch_packages, find_node
from bench.peer.recorded_screens import record_screens
from bench.processes import free_port
from bench.targets import Bench, Target, open_bench

SERVER: Final = Path(__file__).with_name("server.js")
CONNECTIONS: Final = (32, 1000)
WARM_UP_SECONDS: Final = 1.0
KNOWN_TO_PEER: Final = itertools.count(FIRST_NUMBER)  # the same citizens, who call the peer too
CALLS: Final[Mapping[str, tuple[tuple[Call, ...], bool]]] = {  # and whether the citizens are new
    "returning": (SHORT, False),
    "first-time": (LANGUAGE, True),
    "results": (RESULTS, False),
    "first-time results": (as_first_calls(RESULTS), True),
}


async def start_peer(bench: Bench, node: str, modules: Path, zin: Target) -> Target:
    """Start the peer with the screens of a running Zin."""
    screens, port = bench.folder / "screens.json", free_port()
    address = f"http://127.0.0.1:{zin.port}{zin.address}"
    screens.write_text(await asyncio.to_thread(record_screens, address), encoding="utf-8")
    settings = {
        "NODE_ENV": "production",
        "NODE_PATH": str(modules),
        "PEER_PORT": str(port),
        "PEER_REDIS": urlsplit(bench.valkey).path,
        "PEER_SCREENS": str(screens),
        "PEER_FIRST_NUMBER": str(FIRST_NUMBER),
        "PEER_CITIZENS": str(CITIZENS),
    }
    pid = await bench.start("peer", node, str(SERVER), port=port, settings=settings)
    return Target("peer", "/ussd", Load(SHORT), port, pid)


async def run(node: str, modules: Path, chosen: argparse.Namespace) -> list[Comparison]:
    """Measure both servers under the chosen loads, in alternating rounds."""
    async with open_bench() as bench:
        zin = await bench.start_zin("zin", "cli.main", "serve")
        peer = await start_peer(bench, node, modules, zin)
        compared = [compare(calls, phones, zin, peer) for phones in chosen.phones for calls in chosen.calls]
        for one in compared:
            await one.measure(bench, WARM_UP_SECONDS)
            one.rounds.clear()
        for _ in range(chosen.rounds):
            for one in compared:
                await one.measure(bench, chosen.seconds)
        return compared


def compare(name: str, connections: int, zin: Target, peer: Target) -> Comparison:
    """Return a comparison of the running servers under one load, without rounds."""
    calls, is_first_time = CALLS[name]
    ours, theirs = (FIRST_TIME, FIRST_TIME) if is_first_time else (RETURNING, KNOWN_TO_PEER)
    named = f"{name}, {connections} phones"
    servers = (
        replace(zin, name=f"zin, {named}", load=Load(calls, ours)),
        replace(peer, name=f"peer, {named}", load=Load(calls, theirs)),
    )
    return Comparison(name, connections, servers)


def main() -> None:
    """Parse the arguments, measure, print the ratios, and store them unless an answer was wrong."""
    parser = argparse.ArgumentParser(prog="bench.peer", description="Zin and ussd-menu-builder, side by side.")
    parser.add_argument("--seconds", type=int, choices=range(1, 11), metavar="1..10", default=3, help="of one round")
    parser.add_argument("--rounds", type=int, choices=range(1, 10, 2), metavar="1,3..9", default=3)
    parser.add_argument("--phones", type=int, choices=CONNECTIONS, nargs="+", default=CONNECTIONS)
    parser.add_argument("--calls", choices=CALLS, nargs="+", default=tuple(CALLS), metavar="CALLS")
    arguments = parser.parse_args()
    try:
        node, version = find_node()
        modules = fetch_packages(cache_folder())
    except PeerMissing as missing:
        print(f"The peer is left out: {missing}.")
        return
    compared = asyncio.run(run(node, modules, arguments))
    show(compared)
    if any(target.seen.wrong for one in compared for target in one.measured):
        sys.exit("Some answers were wrong: nothing is kept.")
    keep(compared, version)


if __name__ == "__main__":
    main()
