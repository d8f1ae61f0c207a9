"""The type of a JMESPath expression in an operator's file: compiled once, with each mistake reported at its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from pydantic import AfterValidator, StringConstraints

from reporting.french import format_count
from state.yaml_files.loader import did_you_mean

MAX_CHARACTERS: Final = 300
_FUNCTIONS: Final[dict[str, Any]] = Functions.FUNCTION_TABLE


def _checked(written: str) -> str:
    """Return the expression. Raises ValueError for one that JMESPath cannot compile, or with an unknown function."""
    try:
        parsed: Any = jmespath.compile(written).parsed
    except JMESPathError as error:
        column = getattr(error, "lex_position", getattr(error, "lexer_position", None))
        place = "" if column is None else f", vers son signe {column + 1}"
        raise ValueError(
            f"« {written} » n'est pas une expression JMESPath{place} : vérifiez points, crochets et guillemets"
        ) from None
    for function, arguments in _calls(parsed):
        if function not in _FUNCTIONS:
            raise ValueError(f"JMESPath n'a pas de fonction « {function} »{did_you_mean(function, _FUNCTIONS)}")
        _check_arguments(function, arguments)
    return written


def _check_arguments(function: str, given: int) -> None:
    signature = _FUNCTIONS[function]["signature"]
    is_variadic = bool(signature and signature[-1].get("variadic"))
    if given < len(signature) or (given > len(signature) and not is_variadic):
        raise ValueError(
            f"la fonction JMESPath « {function} » prend {format_count(len(signature), 'valeur')}, pas {given}"
        )


def _calls(node: Any) -> Iterator[tuple[str, int]]:
    """Yield the function calls of a parsed expression: name and number of arguments."""
    if node["type"] == "function_expression":
        yield node["value"], len(node["children"])
    for child in node["children"]:
        if isinstance(child, dict):
            yield from _calls(child)


JmesPath = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_CHARACTERS),
    AfterValidator(_checked),
]
