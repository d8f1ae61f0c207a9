"""Passwords of operators: which may be chosen, and what is kept of them.

Only an argon2id hash is kept, made with the second of the two settings that RFC 9106 recommends (section 4,
rfc-editor.org/rfc/rfc9106.html#section-4): three passes over 64 MiB, in four lanes. The first takes 2 GiB for each
password, which a server that also answers citizens cannot spare; the second is still well above the least that OWASP
asks for, 19 MiB and two passes (cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from base64 import b64encode
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import HashingError, InvalidHashError, VerificationError, VerifyMismatchError

from state.errors import SourceUnavailable

SHORTEST: Final = 12  # characters
FEWEST_DIFFERENT: Final = 5  # characters: fewer is one key held down, or a run of two or three
HASHER: Final = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4, hash_len=32, salt_len=16, type=Type.ID)
# fmt: off
OBVIOUS: Final = frozenset((
    "administrateur", "administration", "azerty", "azertyuiop", "benin", "beninbenin", "bienvenue", "bonjour",
    "cotonou", "fraternite", "fraternitejusticetravail", "ministere", "motdepasse", "operateur", "password",
    "passwordpassword", "qwerty", "qwertyuiop", "republiquedubenin", "resultats", "servicepublic", "zin",
))
# fmt: on
OBVIOUS_DIGITS: Final = "01234567890123456789"


def wrong_with(name: str, password: str) -> str:
    """Why an operator of this name may not choose this password, in French; "" when nothing is wrong with it."""
    password = unicodedata.normalize("NFC", password)
    if len(password) < SHORTEST:
        return f"il faut {SHORTEST} caractères au moins"
    if not password.isprintable():
        return "il contient un caractère qui ne s’affiche pas"
    if password == name or (_letters(password) and _letters(password) == _letters(name)):
        return "il ne doit pas être le nom de l’opérateur"
    if _letters(password) in OBVIOUS or password in OBVIOUS_DIGITS or len(set(password)) < FEWEST_DIFFERENT:
        return "il est trop facile à deviner"
    return ""


async def hashed(password: str) -> str:
    """What is kept of a password. Takes about a tenth of a second, in a thread. Raises SourceUnavailable."""
    try:
        return await asyncio.to_thread(HASHER.hash, _bytes(password))
    except HashingError as error:
        raise SourceUnavailable(f"argon2: {error}") from None


async def fits(kept: str | None, password: str) -> bool:
    """Whether this is the password of which this is kept; of none it never is, and saying so takes as long.

    Raises SourceUnavailable when that cannot be said, for want of memory.
    """
    try:
        return await asyncio.to_thread(HASHER.verify, kept or _of_nobody(), _bytes(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    except VerificationError as error:
        raise SourceUnavailable(f"argon2: {error}") from None


def is_outdated(kept: str) -> bool:
    """Whether this was made with other settings than those of today."""
    return HASHER.check_needs_rehash(kept)


def _of_nobody() -> str:
    """A hash of today's settings that no password is known to give."""
    salt, tag = (b64encode(bytes(size)).decode().rstrip("=") for size in (HASHER.salt_len, HASHER.hash_len))
    costs = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${tag}"


def _bytes(password: str) -> bytes:
    """An é is the same from every keyboard. What is no text, as a terminal may give, fits no password."""
    return unicodedata.normalize("NFC", password).encode(errors="surrogatepass")


def _letters(text: str) -> str:
    """The letters alone, without case and accents: what a word is when it was decorated with digits and signs."""
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", text).casefold())
