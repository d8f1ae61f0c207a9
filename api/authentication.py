"""Whether a request has a valid key that may do this, and not too often."""

from __future__ import annotations

from typing import Final

from api.key_format import read_key
from api.keys import ApiKey, ApiKeys, Scope
from api.problems import ApiProblem
from state.store.interface import Store

SCHEME: Final = "bearer "
MINUTE: Final = 60.0  # seconds
BURST_PART: Final = 6  # of the requests of a minute, one in six may come at once after a pause
SCOPE_NAMES: Final[dict[Scope, str]] = {"messages": "d'envoyer des messages", "registers": "de remplir des registres"}


async def authenticate(keys: ApiKeys, header: str) -> ApiKey:
    """Return the key of an Authorization header. Raises ApiProblem; a wrong key is refused like an unknown one."""
    scheme, text = header[: len(SCHEME)].lower(), header[len(SCHEME) :].strip()
    given = read_key(text) if scheme == SCHEME else None
    if given is None:
        raise ApiProblem("unauthenticated", "Envoyez votre clé dans l'en-tête « Authorization: Bearer zin_live_… ».")
    key = await keys.find(given)
    if key is None:
        raise ApiProblem("unauthenticated", "Cette clé n'existe pas : copiez-la entière, ou demandez-en une autre.")
    if key.revoked_at is not None:
        raise ApiProblem("unauthenticated", f"La clé {key.id} a été retirée : demandez-en une autre.")
    return key


def require_scope(key: ApiKey, scope: Scope | None) -> None:
    """Check that the key has this scope. Raises ApiProblem."""
    if scope and scope not in key.scopes:
        raise ApiProblem(
            "forbidden", f"La clé {key.id} ne permet pas {SCOPE_NAMES[scope]} : demandez-en une avec « {scope} »."
        )


async def limit_rate(store: Store, key: ApiKey) -> None:
    """Count one request of this key. Raises ApiProblem if it comes too soon, and StoreUnavailable."""
    burst = max(1, key.requests_per_minute // BURST_PART)
    allowed = await store.throttle(f"api:{key.id}", MINUTE / key.requests_per_minute, burst, 1)
    if not allowed.uses:
        text = f"Cette clé permet {key.requests_per_minute} requêtes par minute : attendez, puis renvoyez la requête."
        raise ApiProblem("too-many-requests", text, retry_seconds=allowed.seconds)
