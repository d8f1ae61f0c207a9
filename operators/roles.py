"""What an operator may be: one who brings results, one who lets them be told, or one who only looks on."""

from __future__ import annotations

from typing import Final, Literal, get_args

Role = Literal["importer", "approver", "viewer"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
