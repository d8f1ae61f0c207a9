"""Refusals of actions on results: the error, its record in the audit, and the check of roles."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from accounts.accounts import Operator
from accounts.refusals import Refused

P = ParamSpec("P")
T = TypeVar("T")
Method = Callable[Concatenate[Any, Operator, str, P], Coroutine[Any, Any, T]]


class PublicationRefused(Refused):
    """The rules of publication forbid what an operator asked for. The French text says which rule, and what to do."""


def record_refusals(action: str) -> Callable[[Method[P, T]], Method[P, T]]:
    """Decorate a method of (operator, name of a set or session) so that the audit records each refusal."""

    def wrap(method: Method[P, T]) -> Method[P, T]:
        @wraps(method)
        async def careful(self: Any, by: Operator, subject: str, /, *args: P.args, **more: P.kwargs) -> T:
            async with self.attempt(by, action, subject):
                return await method(self, by, subject, *args, **more)

        return careful

    return wrap


def require_role(by: Operator, *roles: str) -> None:
    """Raise PublicationRefused unless the operator has one of these roles."""
    if by.role not in roles:
        wanted = " ou ".join({"importer": "importateur", "approver": "approbateur"}[role] for role in roles)
        raise PublicationRefused(f"Il faut le rôle d'{wanted} ; {by.name} a celui de {by.role}.")
