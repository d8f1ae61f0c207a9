"""Checks a zip archive from outside before a parser reads it: its members and their real size.

The sizes in a zip are declared by its writer. Each member is therefore decompressed in pieces, without storing them,
until it ends or reaches a limit. Source: PKWARE's APPNOTE.TXT 6.3.9, 4.3 and 4.4.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

START: Final = b"PK\x03\x04"
ENCRYPTED: Final = 0x1  # of the general purpose bits
LOCAL_HEADER: Final = struct.Struct("<4s22xHH")  # the signature, and the lengths of the name and the extra field
PIECE: Final = 1 << 20  # maximum bytes of one decompressed piece
TAKEN: Final = 1 << 16  # compressed bytes per step
DAMAGED: Final = "il est abîmé ou incomplet"


class ArchiveRefused(Exception):
    """An archive that is not opened; the French text says why."""


class ArchiveDamaged(ArchiveRefused):
    """An archive that is damaged or incomplete, or not an archive."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of an archive: members, total bytes, and the ratio of decompressed to compressed bytes."""

    max_members: int
    max_bytes: int
    max_ratio: int


def inspect(raw: bytes, bounds: Bounds) -> ZipFile:
    """Return the archive in these bytes after checking all members against the limits. Raises ArchiveRefused."""
    try:
        archive = ZipFile(io.BytesIO(raw))
    except (BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise ArchiveDamaged(DAMAGED) from error
    members = archive.infolist()
    if len(members) > bounds.max_members:
        raise ArchiveRefused(f"il contient trop de fichiers : {bounds.max_members} au plus")
    if len({member.filename for member in members}) < len(members):
        raise ArchiveRefused("il contient deux fichiers du même nom")
    bytes_left = min(bounds.max_bytes, len(raw) * bounds.max_ratio)
    for member in members:
        bytes_left -= _size(raw, member, bytes_left)
    return archive


def inflate(raw: bytes, member: ZipInfo) -> Iterator[bytes]:
    """Yield the content of a member in pieces. Raises ArchiveDamaged."""
    packed = _packed(raw, member)
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS) if member.compress_type == ZIP_DEFLATED else None
    for start in range(0, len(packed), TAKEN):
        left = bytes(packed[start : start + TAKEN])
        while left and unpacker:
            try:
                yield unpacker.decompress(left, PIECE)
            except zlib.error as error:
                raise ArchiveDamaged(DAMAGED) from error
            left = unpacker.unconsumed_tail
        if left:
            yield left
    if unpacker and not unpacker.eof:
        raise ArchiveDamaged(DAMAGED)


def _size(raw: bytes, member: ZipInfo, max_bytes: int) -> int:
    """Return the real size of a member in bytes. Raises ArchiveRefused if it is more than `max_bytes`."""
    if member.flag_bits & ENCRYPTED:
        raise ArchiveRefused("il est protégé par un mot de passe : enlevez-le")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ArchiveRefused("il est comprimé d'une manière inhabituelle")
    size = 0
    for piece in inflate(raw, member):
        if not size and piece.startswith(START):
            raise ArchiveRefused("il contient une autre archive")
        size += len(piece)
        if size > max_bytes:
            raise ArchiveRefused("il devient trop gros quand on l'ouvre")
    if size != member.file_size:
        raise ArchiveDamaged("il annonce une autre taille que la sienne")
    return size


def _packed(raw: bytes, member: ZipInfo) -> memoryview:
    """Return the compressed bytes of a member."""
    start = member.header_offset
    try:
        signature, name, extra = LOCAL_HEADER.unpack_from(raw, start)
    except struct.error as error:
        raise ArchiveDamaged(DAMAGED) from error
    start += LOCAL_HEADER.size + name + extra
    packed = memoryview(raw)[start : start + member.compress_size]
    if signature != START or len(packed) < member.compress_size:
        raise ArchiveDamaged(DAMAGED)
    return packed
