"""What an account can be notified of: kinds of things that wait, and their names in a message.

A message has kinds and counts only, no name of a file, an exam or a person.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal

from accounts.accounts import Operator

Kind = Literal["results", "menus", "ready", "returned", "translations", "gateways", "credit", "late"]
NAMES: Final[Mapping[str, tuple[str, str]]] = {  # one, several; in the order of a message and the letters of an SMS
    "results": ("fichier de résultats à approuver ou à publier", "fichiers de résultats à approuver ou à publier"),
    "menus": ("version des menus à approuver", "versions des menus à approuver"),
    "ready": ("version des menus à publier", "versions des menus à publier"),
    "returned": ("publication des menus manquée", "publications des menus manquées"),
    "translations": ("texte traduit à relire", "textes traduits à relire"),
    "gateways": ("passerelle qui ne marche pas", "passerelles qui ne marchent pas"),
    "credit": ("passerelle sans crédit", "passerelles sans crédit"),
    "late": ("passerelle où des messages attendent", "passerelles où des messages attendent"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thing that waits for an account; name tells it from all others of its kind, many is how much of it there is."""

    kind: Kind
    name: str
    many: int = 1

    @property
    def digest(self) -> str:
        """A digest of the thing, which says nothing of it: 32 hexadecimal digits."""
        return blake2b(f"{self.kind} {self.name}".encode(), digest_size=16).hexdigest()


Finder = Callable[[Operator], Awaitable[Sequence[Waiting]]]  # what waits for this account and its role may do
