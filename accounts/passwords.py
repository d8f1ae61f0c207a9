"""Passwords of operators: the rules for a new one, and its hash.

Only an argon2id hash is stored, made with the second of the two settings that RFC 9106 recommends (section 4,
rfc-editor.org/rfc/rfc9106.html#section-4): three passes over 64 MiB, in four lanes. The first needs 2 GiB for each
password, too much for a server that also answers citizens. The second is well above the minimum of OWASP, 19 MiB and
two passes (cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from base64 import b64encode
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import HashingError, InvalidHashError, VerificationError, VerifyMismatchError

from state.country import country
from state.errors import SourceUnavailable

SHORTEST: Final = 12  # characters
FEWEST_DIFFERENT: Final = 5  # characters: fewer means one repeated key, or two or three
HASHER: Final = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4, hash_len=32, salt_len=16, type=Type.ID)
# fmt: off
OBVIOUS: Final = frozenset((
    "administrateur", "administration", "azerty", "azertyuiop", "bienvenue", "bonjour",
    "ministere", "motdepasse", "operateur", "password",
    "passwordpassword", "qwerty", "qwertyuiop", "resultats", "servicepublic", "zin",
))
# fmt: on
OBVIOUS_DIGITS: Final = "01234567890123456789"


def wrong_with(name: str, password: str) -> str:
    """The reason in French why this password is not allowed for this name, "" if it is allowed."""
    password = unicodedata.normalize("NFC", password)
    if len(password) < SHORTEST:
        return f"il faut {SHORTEST} caractères au moins"
    if not password.isprintable():
        return "il contient un caractère qui ne s’affiche pas"
    if password == name or (_letters(password) and _letters(password) == _letters(name)):
        return "il ne doit pas être le nom de l’opérateur"
    if _is_obvious(_letters(password)) or password in OBVIOUS_DIGITS or len(set(password)) < FEWEST_DIFFERENT:
        return "il est trop facile à deviner"
    return ""


async def hashed(password: str) -> str:
    """Hash a password, in a thread, in about a tenth of a second. Raises SourceUnavailable."""
    try:
        return await asyncio.to_thread(HASHER.hash, _bytes(password))
    except HashingError as error:
        raise SourceUnavailable(f"argon2: {error}") from None


async def fits(stored_hash: str | None, password: str) -> bool:
    """Whether the password has this hash. Without a hash the answer is False, after the same time.

    Raises SourceUnavailable if there is not enough memory.
    """
    try:
        return await asyncio.to_thread(HASHER.verify, stored_hash or _unmatchable_hash(), _bytes(password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    except VerificationError as error:
        raise SourceUnavailable(f"argon2: {error}") from None


def is_outdated(stored_hash: str) -> bool:
    """Whether this hash was made with other settings than the present ones."""
    return HASHER.check_needs_rehash(stored_hash)


def _unmatchable_hash() -> str:
    """A hash with the present settings for which no password is known."""
    salt, tag = (b64encode(bytes(size)).decode().rstrip("=") for size in (HASHER.salt_len, HASHER.hash_len))
    costs = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${tag}"


def _bytes(password: str) -> bytes:
    """Encode in form NFC, so that é is the same from every keyboard. Lone surrogates match no password."""
    return unicodedata.normalize("NFC", password).encode(errors="surrogatepass")


def _letters(text: str) -> str:
    """The letters of a text in lower case without accents, digits and signs, to find a disguised word."""
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", text).casefold())


def _is_obvious(letters: str) -> bool:
    """Whether these letters are a word that is tried first, anywhere or in this country."""
    here = country()
    return letters in OBVIOUS or letters in {_letters(one) for one in (here.name, here.name * 2, *here.guessable)}
