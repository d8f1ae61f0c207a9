"""What accounts of operators need to sign in."""

from __future__ import annotations

from pydantic import Field

from settings.environment import Environment

ROLE = "(importer|approver|editor|translator|reviewer|support|viewer|admin)"


class AccountSettings(Environment):
    """What accounts of operators need to sign in."""

    second_factor_roles: str = Field(
        "approver",
        pattern=f"^({ROLE}(,{ROLE})*)?$",
        description="roles that need a code of their phone at the desk in production, e.g. approver,admin; empty: none",
    )

    def needs_second_factor(self, role: str) -> bool:
        """Return whether an account of this role reaches no page before its second factor is set up."""
        return not self.has_open_desk and role in self.second_factor_roles.split(",")
