"""Compares a result set with the published ones: shown to operators before approval, in numbers only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from database.interface import Database, Row
from results import publication_queries as sql
from results.succession import public_publications


async def describe_differences(database: Database, session: str, named: str, words: Mapping[str, str]) -> list[str]:
    """Return one French line for each difference from the published sets of a session; none if nothing is published.

    `words` has the verdicts as citizens read them. Raises SourceUnavailable.
    """
    published = public_publications(await database.rows(sql.PAST, of=session), "")
    lines = []
    for before in sorted({row["result_set"] for row in published if row["deed"]} - {named}):
        changed = await database.rows(sql.CHANGED, before=before, named=named)
        gone = (await database.rows(sql.GONE, before=before, named=named))[0]["many"]
        lines += [f"Par rapport à {before}, qui est publié :", *_change_lines(changed, gone, words)]
    return lines


def _change_lines(changed: Sequence[Row], gone: int, words: Mapping[str, str]) -> Iterator[str]:
    for row in changed:
        was, now = (words.get(verdict or "", "absent du fichier") for verdict in (row["was"], row["is"]))
        what = (
            "même verdict, mention, série ou centre changés" if row["was"] == row["is"] else f"de « {was} » à « {now} »"
        )
        yield f"  {row['many']} : {what}"
    if gone:
        yield f"  {gone} : n'y sont plus"
    if not (changed or gone):
        yield "  rien ne change"
