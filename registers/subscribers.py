"""Makes the news of changed rows due, so that citizens who asked to be informed read them within seconds.

A subscription has the topic of its question and reference as a keyed hash (`Pseudonyms.subject`), because a reference
identifies a person.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final

from sqlalchemy import BigInteger, bindparam, select, update

from database import tables
from database.interface import Writer
from database.value_lists import is_one_of, value_lists
from state.identity import Pseudonyms

_P = tables.promises.c
WAITING: Final = select(_P.topic).where(_P.topic.like(bindparam("begins")), _P.kind == "changes").distinct()
WAKE: Final = (
    update(tables.promises)
    .where(is_one_of(_P.topic, "topic"), _P.kind == "changes")
    .values(due_at=bindparam("now", type_=BigInteger))
    .returning(_P.key)
)


async def waiting_topics(writer: Writer, question: str) -> set[str]:
    """Return the topics of this question that somebody asked to be informed of; few beside the rows of an import."""
    return {row["topic"] for row in await writer.rows(WAITING, begins=f"{question}:%")}


async def wake_subscribers(writer: Writer, topics: Iterable[str]) -> int:
    """Make the subscriptions to these topics due when the transaction commits. Returns how many there are."""
    now, woken = round(time.time() * 1000), 0
    for values in value_lists("topic", sorted(topics)):
        woken += len(await writer.rows(WAKE, now=now, **values))
    return woken


def topics_of(names: Pseudonyms, question: str, keys: Iterable[str]) -> set[str]:
    """Return the topics of the rows with these keys."""
    return {names.subject(question, key) for key in keys}
