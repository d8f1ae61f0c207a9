"""A zip that comes from outside, looked through before any parser sees it: what is really in it, and how much.

The sizes in a zip are what its writer declared. Here every member is inflated, piece by piece and into nothing, until
it ends or a bound is met; only then are the declared sizes believed. Source: PKWARE's APPNOTE.TXT 6.3.9, 4.3 and 4.4.
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
LOCAL_HEADER: Final = struct.Struct("<4s22xHH")  # its signature, and how long the name and what follows it are
PIECE: Final = 1 << 20  # bytes of one piece, at most
TAKEN: Final = 1 << 16  # bytes that are inflated at once
DAMAGED: Final = "il est abîmé ou incomplet"


class ArchiveRefused(Exception):
    """An archive that is not unpacked. The words are French, and say what is wrong with it."""


class ArchiveDamaged(ArchiveRefused):
    """An archive that is not as its writer left it, or never was one."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many members an archive may have, how many bytes all of them together, and how often more than it has."""

    max_members: int
    max_bytes: int
    max_ratio: int


def inspect(raw: bytes, bounds: Bounds) -> ZipFile:
    """The archive in these bytes, once all of it was seen to be within these bounds. Raises ArchiveRefused."""
    try:
        archive = ZipFile(io.BytesIO(raw))
    except (BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise ArchiveDamaged(DAMAGED) from error
    members = archive.infolist()
    if len(members) > bounds.max_members:
        raise ArchiveRefused(f"il contient trop de fichiers : {bounds.max_members} au plus")
    if len({member.filename for member in members}) < len(members):
        raise ArchiveRefused("il contient deux fichiers du même nom")
    room = min(bounds.max_bytes, len(raw) * bounds.max_ratio)
    for member in members:
        room -= _size(raw, member, room)
    return archive


def inflate(raw: bytes, member: ZipInfo) -> Iterator[bytes]:
    """What is in a member, piece by piece, until it ends. Raises ArchiveDamaged."""
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


def _size(raw: bytes, member: ZipInfo, room: int) -> int:
    """How many bytes a member really has. Raises ArchiveRefused for more than there is room for."""
    if member.flag_bits & ENCRYPTED:
        raise ArchiveRefused("il est protégé par un mot de passe : enlevez-le")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise ArchiveRefused("il est comprimé d'une manière inhabituelle")
    size = 0
    for piece in inflate(raw, member):
        if not size and piece.startswith(START):
            raise ArchiveRefused("il contient une autre archive")
        size += len(piece)
        if size > room:
            raise ArchiveRefused("il devient trop gros quand on l'ouvre")
    if size != member.file_size:
        raise ArchiveDamaged("il annonce une autre taille que la sienne")
    return size


def _packed(raw: bytes, member: ZipInfo) -> memoryview:
    """A member's bytes as they stand in the archive."""
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
