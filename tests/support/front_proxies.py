"""Real proxies over TLS with the files of deploy/, whose example values are replaced by addresses of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bench.processes import free_port
from tests.support.patience import PATIENCE

DEPLOY: Final = Path(__file__).parents[2] / "deploy"
KINDS: Final = ("nginx", "haproxy")
NETWORKS: Final = ("10.20.0.0/16", "10.30.0.0/16")
NGINX: Final = """
daemon off;
user root;
pid {folder}/pid;
error_log {folder}/start.log;
events {{ }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/zin.conf;
}}
"""


def found_program(kind: str) -> str | None:
    """The path of a proxy; None if it is not installed."""
    return shutil.which(kind, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def program(kind: str) -> str:
    """The path of a proxy; the test is skipped if it is not installed."""
    found = found_program(kind)
    if found is None:
        pytest.skip(f"{kind} is not installed")
    return found


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that runs: its port, and the folder of what it writes."""

    kind: str
    port: int
    folder: Path

    def log(self) -> str:
        """Everything that it has written about requests and errors."""
        return "\n".join(path.read_text("utf-8", "replace") for path in sorted(self.folder.glob("*.log")))


def prepare(kind: str, folder: Path, port: int, servers: Sequence[int], networks: str = "") -> list[str]:
    """Write the file for these servers and networks, and return the command that runs the proxy."""
    certify(folder)
    inside = dict.fromkeys(NETWORKS, networks) if networks else {}
    addresses = {f"192.0.2.1{place}:8080": f"127.0.0.1:{server}" for place, server in enumerate(servers, 1)}
    if kind == "nginx":
        own = {"listen 443 ssl": f"listen 127.0.0.1:{port} ssl", "/etc/ssl/zin/": f"{folder}/"}
        own |= {"/var/log/nginx/": f"{folder}/"}
        write(DEPLOY / "nginx" / "zin.conf", folder / "zin.conf", addresses | own | inside)
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
        return [program(kind), "-c", str(folder / "nginx.conf"), "-e", str(folder / "start.log")]
    own = {"bind :443 ssl": f"bind 127.0.0.1:{port} ssl", "/etc/haproxy/zin.pem": f"{folder}/zin.pem"}
    own |= {"log /dev/log local0": "log stdout format raw local0", "    user haproxy\n    group haproxy\n": ""}
    own |= {"maxconn 20000": "maxconn 2000"}  # as many descriptors as a test has
    write(DEPLOY / "haproxy" / "haproxy.cfg", folder / "haproxy.cfg", addresses | own | inside)
    return [program(kind), "-db", "-f", str(folder / "haproxy.cfg")]


def write(shipped: Path, to: Path, instead: Mapping[str, str]) -> None:
    """Copy a file with other values; each example value is there."""
    text = shipped.read_text("utf-8")
    for old, new in instead.items():
        assert old in text, old
        text = text.replace(old, new)
    to.write_text(text, "utf-8")


def certify(folder: Path) -> None:
    """Write a certificate for localhost that signs itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    chain = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for file, content in {"chain.pem": chain, "key.pem": secret, "zin.pem": chain + secret}.items():
        (folder / file).write_bytes(content)


@contextmanager
def proxied(kind: str, folder: Path, servers: Sequence[int], networks: str = "") -> Iterator[Proxy]:
    """A proxy in front of these ports, once it listens; ended by its own pid."""
    port = free_port()
    command = prepare(kind, folder, port, servers, networks)
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        until = time.monotonic() + PATIENCE
        while not listens(port):
            assert process.poll() is None, (folder / "output.log").read_text()
            assert time.monotonic() < until, f"{kind} does not listen"
            time.sleep(0.05)
        yield Proxy(kind, port, folder)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def listens(port: int) -> bool:
    """Whether a connection to this port is taken."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
