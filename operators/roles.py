"""What an operator may be: one who brings results, one who lets them be told, one who edits menus, or an onlooker."""

from __future__ import annotations

from typing import Final, Literal, get_args

Role = Literal["importer", "approver", "editor", "viewer"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
