"""Certificates of the tests, for 127.0.0.1 or for a host, signed by an authority of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Signed = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def signed(name: str, by: Signed | None = None, *, address: str = "127.0.0.1", days: float = 1,
           hosts: Sequence[str] = ()) -> Signed:  # fmt: skip
    """A certificate of this name, for an address and hosts, signed by an authority, or by itself as one."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    served = [x509.IPAddress(ip_address(address)), *map(x509.DNSName, hosts)]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(served), critical=False)
    )
    return builder.sign(by[1] if by else key, hashes.SHA256()), key


def write(folder: Path, name: str, pair: Signed) -> None:
    (folder / f"{name}.crt").write_bytes(pair[0].public_bytes(serialization.Encoding.PEM))
    private = pair[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{name}.key").write_bytes(private)
