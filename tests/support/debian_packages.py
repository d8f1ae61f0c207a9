"""A repository of the packages that are installed on this machine, so that a fresh Debian is made without a network.

dpkg knows each file and each script of a package: they are packed again as deb(5) says. A file that an administrator
changed goes in as it is; documentation that an image of Debian leaves out stays out.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

import pytest

SUITE: Final = "bookworm"
STATUS, INFO = Path("/var/lib/dpkg/status"), Path("/var/lib/dpkg/info")
SCRIPTS: Final = ("preinst", "postinst", "prerm", "postrm", "config", "templates", "conffiles", "triggers", "shlibs")
OF_DPKG: Final = ("Status", "Conffiles", "Config-Version")  # fields of the status file, not of a package
Package = Mapping[str, str]  # the fields of deb-control(5)


def installed() -> dict[str, Package]:
    """Return the installed packages by name; the test is skipped where this machine is no Debian of this suite."""
    release = Path("/etc/os-release")
    if not STATUS.is_file() or f"VERSION_CODENAME={SUITE}\n" not in release.read_text(encoding="utf-8"):
        pytest.skip(f"this machine is no Debian {SUITE}")
    native = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    found = [dict(_fields(paragraph)) for paragraph in STATUS.read_text(encoding="utf-8").split("\n\n")]
    return {
        one["Package"]: one
        for one in found
        if one.get("Status", "").endswith(" installed") and one["Architecture"] in (native, "all")
    }


def write_repository(folder: Path, names: Sequence[str]) -> None:
    """Pack these packages, the essential ones, and all that they depend on; skip the test if one is not installed."""
    packages = installed()
    if missing := [name for name in names if name not in packages]:
        pytest.skip(f"not installed on this machine: {', '.join(missing)}")
    folder.mkdir()
    essential = [name for name, one in packages.items() if one.get("Essential") == "yes"]
    for name in _closure(["apt", *essential, *names], packages):
        _pack(packages[name], folder)
    _write_index(folder)


def _fields(paragraph: str) -> Iterator[tuple[str, str]]:
    for name, value in re.findall(r"(?m)^([A-Za-z-]+):((?: .*)?(?:\n .*)*)", paragraph):
        yield name, value.removeprefix(" ")


def _closure(names: Sequence[str], packages: Mapping[str, Package]) -> list[str]:
    """Return these packages and all that they need, as far as this machine has it."""
    providers = {provided: name for name, one in packages.items() for provided in _first_words(one.get("Provides", ""))}
    wanted, found = list(names), list[str]()
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found.append(name)
        for group in (f"{packages[name].get('Pre-Depends', '')},{packages[name].get('Depends', '')}").split(","):
            answers = [one if one in packages else providers.get(one) for one in _first_words(group.replace("|", ","))]
            wanted += [one for one in answers if one][:1]
    return found


def _first_words(relations: str) -> list[str]:
    return re.findall(r"(?:^|,)\s*([a-z0-9][a-z0-9+.-]+)", relations)


def _pack(package: Package, folder: Path) -> None:
    tree = folder / "tree"
    stem = package["Package"]
    if not (INFO / f"{stem}.list").exists():
        stem = f"{stem}:{package['Architecture']}"
    _lay_out(tree, (INFO / f"{stem}.list").read_text(encoding="utf-8").splitlines())
    control = tree / "DEBIAN"
    control.mkdir()
    for name in SCRIPTS:
        if (INFO / f"{stem}.{name}").exists():
            shutil.copy(INFO / f"{stem}.{name}", control / name)
    if (conffiles := control / "conffiles").exists():
        there = [line for line in conffiles.read_text(encoding="utf-8").splitlines() if os.path.lexists(line)]
        conffiles.write_text("".join(f"{line}\n" for line in there), encoding="utf-8")
    fields = [f"{name}: {value}".rstrip(" ") for name, value in package.items() if name not in OF_DPKG]
    (control / "control").write_text("\n".join(fields) + "\n", encoding="utf-8")
    packing = ["dpkg-deb", "-Znone", "--build", str(tree), str(folder)]
    packed = subprocess.run(packing, capture_output=True, text=True, check=False)
    assert packed.returncode == 0, packed.stderr
    shutil.rmtree(tree)


def _lay_out(tree: Path, lines: Sequence[str]) -> None:
    """Lay the files of a package out again: folders like those of this machine, files as further links to them."""
    tree.mkdir()
    parents = {str(Path(line).parent) for line in lines}
    for line in lines[1:]:  # the first is the root itself
        source, target = Path(line), tree / line[1:]
        if not os.path.lexists(source):
            continue
        if line in parents or source.parent == Path("/") or (source.is_dir() and not source.is_symlink()):
            target.mkdir()
            shutil.copymode(source, target)
        else:
            _link(source, target)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # another file system
        shutil.copy2(source, target, follow_symlinks=False)


def _write_index(folder: Path) -> None:
    scanned = subprocess.run(["dpkg-scanpackages", "."], cwd=folder, capture_output=True, check=True).stdout
    (folder / "Packages").write_bytes(scanned)
    checksum, now = hashlib.sha256(scanned).hexdigest(), format_datetime(datetime.now(UTC), usegmt=True)
    release = f"Codename: {SUITE}\nDate: {now}\nSHA256:\n {checksum} {len(scanned)} Packages\n"
    (folder / "Release").write_text(release, encoding="utf-8")
