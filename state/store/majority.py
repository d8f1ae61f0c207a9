"""What most servers say: all are asked at once, so that dead, silent and late ones delay nothing and decide nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine, Hashable, Iterable
from typing import Any, TypeVar

from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError

Answer = TypeVar("Answer", bound=Hashable)


class NoAnswer(ConnectionLost):
    """A server does not answer in its time."""


async def majority(questions: Iterable[Coroutine[Any, Any, Answer]]) -> Answer:
    """Return what most servers answer, as soon as they are more than half of those asked, else once all are heard.

    Without an answer, raises the RedisError of a server that refused, or else of one that is away.
    """
    votes, failures = Counter[Answer](), list[RedisError]()
    asking = [asyncio.create_task(one) for one in questions]
    try:
        for answer in asyncio.as_completed(asking):
            try:
                votes[await answer] += 1
            except RedisError as refusal:
                failures.append(refusal)
            if 2 * max(votes.values(), default=0) > len(asking):
                break
    finally:
        for one in asking:
            one.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
    if not votes:
        raise next((one for one in failures if not _is_silence(one)), failures[0])
    return votes.most_common(1)[0][0]


def _is_silence(failure: RedisError) -> bool:
    return isinstance(failure, NoAnswer) or type(failure) is ConnectionLost
