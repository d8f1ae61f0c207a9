"""The roles of operators, apart from what needs SQL: the command line reads them at each start.

importer (imports results), approver (approves and publishes them), editor (edits menus and translates), translator
(translates), reviewer (reviews translations), support (finds what was sent to a phone number), viewer (reads), admin
(keeps the accounts of the others).
"""

from __future__ import annotations

from typing import Final, Literal, get_args

Role = Literal["importer", "approver", "editor", "translator", "reviewer", "support", "viewer", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)


def role_details(role: Role, ministry: str) -> dict[str, str]:
    """What the audit says of a new account."""
    return {"role": role, "ministry": ministry} if ministry else {"role": role}
