"""What an editor of menu files completes: the keys of their schema, names of screens, and questions to sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.entries import KINDS
from state.menu.journeys import PHRASES
from state.menu.phrases import Phrases
from state.menu.schema import schema
from state.menu.versions import MenuVersion
from state.yaml_files.types import Target


@dataclass(frozen=True, slots=True)
class Completion:
    """The words that are offered: keys; behind a key of leading, screens; behind `from`, questions."""

    keys: tuple[str, ...] = ()
    leading: tuple[str, ...] = ()
    screens: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


def completion_of(path: str, edition: MenuVersion) -> Completion:
    """Return what is completed in a file of the menus."""
    described = _schema(path)
    parts = [described, *described.get("$defs", {}).values()]
    keys = tuple(dict.fromkeys(key for part in parts for key in part.get("properties", {})))
    name = path.removesuffix(".yaml")
    if name not in edition.journeys.files:
        return Completion(keys)
    outcomes = sorted({outcome for one in edition.questions.values() for outcome in one.outcomes})
    leading = [key for part in parts for key, value in part.get("properties", {}).items() if _is_target(value)]
    return Completion(
        keys=tuple(dict.fromkeys((*keys, *outcomes))),
        leading=tuple(dict.fromkeys((*leading, *outcomes, "first"))),
        screens=tuple(_known_targets(edition, name)),
        questions=tuple(sorted(edition.questions)),
    )


def _known_targets(edition: MenuVersion, journey: str) -> Iterator[str]:
    """Yield what may follow `to:` in this journey, its own screens first."""
    yield from sorted(edition.journeys.known(journey), key=lambda name: ("." in name, name in edition.journeys.files))


def _is_target(described: Mapping[str, Any]) -> bool:
    """Whether a value names a screen; one that may be missing has its form within."""
    pattern = Target.__metadata__[0].pattern  # type: ignore[attr-defined]  # Annotated
    return any(one.get("pattern") == pattern for one in (described, *described.get("anyOf", ())))


def _schema(path: str) -> Mapping[str, Any]:
    folder = path.rpartition("/")[0]
    if not folder:
        return Phrases.model_json_schema() if path == f"{PHRASES}.yaml" else schema()
    found = next((kind for kind in KINDS if kind.folder == folder), None)
    return found.shape.model_json_schema() if found else {}
