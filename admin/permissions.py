"""Who stands at the desk, and what each may do there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from accounts.accounts import Operator, Role

DEMO: Final = "demo"  # who is at a demonstration, without an account; may do what leaves no trace at a ministry
Permission = Literal["enter", "view", "menus", "messages", "results", "import", "approve", "personal"]

PERMITS: Final[Mapping[Permission, frozenset[str]]] = {
    "view": frozenset({"importer", "approver", "editor", "viewer", DEMO}),
    "menus": frozenset({"editor", DEMO}),
    "messages": frozenset({"editor", "approver", DEMO}),
    "results": frozenset({"importer", "approver"}),
    "import": frozenset({"importer"}),
    "approve": frozenset({"approver"}),
    "personal": frozenset({"importer", "editor"}),  # real files of citizens on a trial; not at a demonstration
}


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """Somebody at the desk; csrf is what each form of theirs says back."""

    name: str
    role: Role | Literal["demo"]
    csrf: str = field(repr=False)

    def has_permission(self, permission: Permission) -> bool:
        return permission == "enter" or self.role in PERMITS[permission]

    @property
    def operator(self) -> Operator | None:
        """Who this is among the operators; None at a demonstration."""
        return None if self.role == "demo" else Operator(self.name, self.role)
