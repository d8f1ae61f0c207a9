"""Prints where a hop's CPU time goes: by package, module and function, for one kind of call at full load.

    .venv/bin/python -m bench.hop --profile [screens|first-screens|journeys|...]

The server takes the samples itself (bench/profiled.py). "self" is the time in a function's own code; the time of a C
function, of the kernel and of the garbage collector is that of the Python function that called it. "all" is self with
everything it called. Python looks for signals at calls and loops only, so a sample may name the next function called:
the sum of a module is sounder than one function. What dataclasses generate belongs to the function that calls it.
"""

from __future__ import annotations

import json
import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from bench.load import Load
from bench.processes import ROOT
from bench.targets import Bench

GENERATED: Final = "<string>"  # the file of what dataclasses generate
MAX_LINES: Final = 40  # of each table
WARM_UP_SECONDS: Final = 2.0


class Function(NamedTuple):
    """A Python function: its file, its qualified name and its first line."""

    file: str
    name: str
    line: int


Stack = tuple[Function, ...]  # innermost first
Seconds = defaultdict[str, float]


async def profile(bench: Bench, load: Load, connections: int, seconds: float) -> None:
    """Measure a sampled server under this load, and print its profile."""
    written = bench.folder / "stacks.json"
    async with AsyncExitStack() as stack:
        alone = replace(bench, stack=stack)
        target = await alone.start_zin("profiled", "bench.profiled", str(written))
        target.load = load
        await alone.measure(target, connections, WARM_UP_SECONDS)
        target.forget()
        os.kill(target.pid, signal.SIGUSR1)
        await alone.measure(target, connections, seconds)
        os.kill(target.pid, signal.SIGUSR2)
    hops = len(target.seen.times)
    print(
        f"{connections} phones: {hops / target.seen.seconds:.0f} hops/s, {target.cpu / hops * 1e6:.1f} µs of CPU each"
    )
    print_profile(read_stacks(written), hops)


def read_stacks(path: Path) -> dict[Stack, float]:
    """Return the CPU seconds of each stack."""
    found: defaultdict[Stack, float] = defaultdict(float)
    for seconds, functions in json.loads(path.read_text(encoding="utf-8")):
        found[tuple(Function(*function) for function in functions if function[0] != GENERATED)] += seconds
    return found


def print_profile(stacks: Mapping[Stack, float], hops: int) -> None:
    """Print tables of packages, modules and functions; `hops` is how many were measured."""
    for heading, named in (("package", package_of), ("module", module_of), ("function", describe)):
        own, whole = add_up(stacks, named)
        print_table(f"{heading}, by self", sorted(own, key=own.__getitem__, reverse=True), (own, whole), hops)
    longest = filter(is_ours, sorted(whole, key=whole.__getitem__, reverse=True))
    print_table("function of ours, by all", longest, (own, whole), hops)


def print_table(heading: str, names: Iterable[str], times: tuple[Seconds, Seconds], hops: int) -> None:
    """Print the shares of the first names, and their microseconds of a hop."""
    print(f"\n{'self %':>8}{'self µs':>9}{'all %':>8}{'all µs':>9}  {heading}")
    total = sum(times[0].values())
    for name in islice(names, MAX_LINES):
        print("".join(f"{one[name] / total * 100:8.1f}{one[name] / hops * 1e6:9.2f}" for one in times) + f"  {name}")


def add_up(stacks: Mapping[Stack, float], named: Callable[[Function], str]) -> tuple[Seconds, Seconds]:
    """Return the CPU seconds of each name: those in its own code, and those in it or in what it called."""
    own: Seconds = defaultdict(float)
    whole: Seconds = defaultdict(float)
    for stack, seconds in stacks.items():
        own[named(stack[0])] += seconds
        for name in set(map(named, stack)):
            whole[name] += seconds
    return own, whole


def module_of(function: Function) -> str:
    """Return the file without what only this machine has in front of it."""
    _, installed, inside = function.file.partition("/site-packages/")
    if installed:
        return inside
    path = Path(function.file)
    if path.is_relative_to(ROOT):
        return str(path.relative_to(ROOT))
    return "/".join(_after(path.parts, "lib"))


def package_of(function: Function) -> str:
    """Return the distribution's name, the module of the standard library, or our package, as `state/store`."""
    module = module_of(function)
    *folders, name = module.split("/")
    return "/".join(folders[:2]) or name if is_ours(module) else (folders or [name])[0].removesuffix(".py")


def describe(function: Function) -> str:
    """Return the module, the first line and the name of a function."""
    return f"{module_of(function)}:{function.line} {function.name}"


def is_ours(module: str) -> bool:
    """Whether a module, or what stands after its name, is of this tree."""
    return (ROOT / module.partition(":")[0]).exists()


def _after(parts: Sequence[str], folder: str) -> Sequence[str]:
    """Return the parts below lib/python3.x, or all of them."""
    return parts[parts.index(folder) + 2 :] if folder in parts else parts
