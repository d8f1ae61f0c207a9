"""Users of the admin site and their permissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from accounts.accounts import Operator
from accounts.roles import ROLES as OPERATORS
from accounts.roles import Role
from accounts.scope import Scope, ministry_name

BEFORE_FACTOR: Final = ("enter", "factor")  # what a role reaches that needs a second factor and has none yet
DEMO: Final = "demo"  # who is at a demonstration, without an account; may do what leaves no trace at a ministry
Permission = Literal[
    "enter",
    "factor",
    "own",
    "people",
    "view",
    "menus",
    "translate",
    "review",
    "remark",
    "decide",
    "messages",
    "results",
    "import",
    "approve",
    "personal",
    "support",
]

PERMITS: Final[Mapping[Permission, frozenset[str]]] = {
    "factor": frozenset(OPERATORS),
    "own": frozenset(OPERATORS),
    "people": frozenset({"admin"}),
    "view": frozenset({*OPERATORS, DEMO}),
    "menus": frozenset({"editor", DEMO}),
    "translate": frozenset({"editor", "translator", DEMO}),
    "review": frozenset({"editor", "reviewer", DEMO}),
    "remark": frozenset({"editor", "translator", "reviewer", DEMO}),
    "decide": frozenset({"editor", "approver"}),  # approves what another wrote: only with an account
    "messages": frozenset({"editor", "approver", DEMO}),
    "results": frozenset({"importer", "approver"}),
    "import": frozenset({"importer"}),
    "approve": frozenset({"approver"}),
    "support": frozenset({"support", DEMO}),
    "personal": frozenset({"importer", "editor"}),  # real files of citizens on a trial; not at a demonstration
}


# What each role is called on the pages, and what it may do.
ROLES: Final[Mapping[str, tuple[str, str]]] = {
    "importer": ("importateur", "lire tout, importer des résultats et des registres ; une autre personne les approuve"),
    "approver": (
        "approbateur",
        "lire tout, approuver résultats et menus, publier et retirer les résultats, arrêter des messages",
    ),
    "editor": (
        "éditeur",
        "lire tout, écrire, traduire, préparer, publier et reprendre des menus, arrêter des messages",
    ),
    "translator": ("traducteur", "lire tout, traduire dans le brouillon ; une autre personne relit, une autre publie"),
    "reviewer": ("relecteur", "lire tout, relire des traductions qu'une autre personne a écrites"),
    "support": ("assistance", "lire tout, retrouver ce qui est parti à un numéro de téléphone, en disant pourquoi"),
    "viewer": ("lecteur", "lire tout, sans rien changer"),
    "admin": ("administrateur", "lire tout, inviter des personnes, changer leurs rôles et fermer leurs comptes"),
    DEMO: ("démonstration", "lire tout, publier des menus et arrêter des messages, sur cette machine seulement"),
}


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """The user of a request; csrf is the token that each of their forms must return.

    lacks_factor: the role needs a second factor that is not set up yet, so other pages stay closed. ministry is "" for
    a person of none.
    """

    name: str
    role: Role | Literal["demo"]
    csrf: str = field(repr=False)
    lacks_factor: bool = False
    ministry: str = ""

    def has_permission(self, permission: Permission) -> bool:
        """Return whether the role of this user has the permission."""
        return permission == "enter" or self.role in PERMITS[permission]

    @property
    def role_name(self) -> str:
        """Return the name of the role in French."""
        return ROLES[self.role][0]

    @property
    def role_permits(self) -> str:
        """Return what the role may do, in French."""
        return ROLES[self.role][1]

    @property
    def operator(self) -> Operator | None:
        """Return the operator; None in a demonstration."""
        return None if self.role == "demo" else Operator(self.name, self.role, self.ministry)

    @property
    def scope(self) -> Scope:
        """Return what this user may see and change."""
        return Scope(self.ministry)

    @property
    def ministry_name(self) -> str:
        """Return the name of the ministry; "" for a person of none."""
        return ministry_name(self.ministry)
