"""What an administrator can do about a server that cannot be used: one line for each cause, without any secret.

A mistake in ZIN_REDIS_URL or in the users of the server ends the start. A server that is away, loading or full does
not: it comes back without a restart.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Final, NamedTuple

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    ClusterDownError,
    MovedError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)

from state.store.cluster_map import NoSlots
from state.store.sentinel import NotPrimary, SentinelsRefuse, UnknownPrimary
from state.store.server_refusals import UNNAMED, word_of


class Advice(NamedTuple):
    """A line for the administrator, and whether only they can end the failure."""

    line: str
    is_final: bool


# The first class that fits counts; a failure is looked at from the outside to its cause.
BY_CLASS: Final[tuple[tuple[type[BaseException], Advice], ...]] = (
    (
        SentinelsRefuse,
        Advice("the sentinels refuse the sign-in: correct sentinel_username and sentinel_password", True),
    ),
    (UnknownPrimary, Advice("the sentinels watch no primary of this name: write it as in `sentinel monitor`", True)),
    (NotPrimary, Advice("the sentinels name a primary that does not answer as one: look at their log", False)),
    (BusyLoadingError, Advice("the server loads its data: nothing to do, calls are answered once it is done", False)),
    (AuthenticationError, Advice("the server refuses the user or the password: correct user:password@", True)),
    (NoPermissionError, Advice("the user lacks a permission: docs/availability.md lists those that Zin needs", True)),
    (
        MovedError,
        Advice("the server is a node of a cluster: redis+cluster://host1,host2 with its nodes", True),
    ),
    (ClusterDownError, Advice("the cluster does not serve all slots: `valkey-cli --cluster check` says which", False)),
    (NoSlots, Advice("the hosts serve no slots: form the cluster, or name its nodes", False)),
    (ReadOnlyError, Advice("the server is a replica: name the primary, or sentinel://host1,host2,host3/name/0", False)),
    (OutOfMemoryError, Advice("the server is full: set maxmemory-policy volatile-ttl, or more maxmemory", False)),
    (ssl.SSLCertVerificationError, Advice("", True)),  # CERTIFICATES say more
    (
        ssl.SSLError,
        Advice(
            "the server speaks no TLS at this port: name its port for TLS, or redis://, sentinel://, redis+cluster://",
            True,
        ),
    ),
)

# By the code of OpenSSL, x509_vfy.h. All others concern the authority.
CERTIFICATES: Final = {
    9: "the server's certificate is not yet valid: compare the clocks",
    10: "the server's certificate has expired: renew it",
    62: "the server's certificate is for another name: name the server as in its certificate",
    64: "the server's certificate is for another address: name the server as in its certificate",
}
AUTHORITY: Final = "no authority that is known here signed the server's certificate: add ?ssl_ca_certs=/path/of/ca.pem"

# By a part of what the server, redis-py or the system says.
BY_TEXT: Final = (
    (
        "unknown command 'SENTINEL'",
        Advice("the hosts are no sentinels: name the sentinels, or redis://host:port/0", True),
    ),
    (
        "cluster support disabled",
        Advice("the hosts are no nodes of a cluster: redis://host:port/0, or nodes with `cluster-enabled yes`", True),
    ),
    ("unknown command", Advice("the server lacks a command that Zin needs: if it is a sentinel, sentinel://…", True)),
    ("DB index is out of range", Advice("the server has no database of this number: write /0", True)),
    ("Invalid Database", Advice("the server has no database of this number: write /0", True)),
)
AWAY: Final = Advice(
    "no server answers: check hosts and ports, and whether they speak TLS (rediss://, sentinels://, rediss+cluster://)",
    False,
)


def advice_on(failure: BaseException | None) -> Advice:
    """Return what to do about a failure of the store."""
    causes = list(_causes(failure))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Advice(CERTIFICATES.get(cause.verify_code, AUTHORITY), True)
    for cause in causes:
        for part, advice in BY_TEXT:
            if part in str(cause):
                return advice
        for kind, advice in BY_CLASS:
            if isinstance(cause, kind):
                return advice
        if isinstance(cause, ResponseError) or word_of(cause) in UNNAMED:
            return Advice(f"the server refuses ({word_of(cause)}): look at its log", False)
    return AWAY


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    while failure:
        yield failure
        failure = failure.__cause__ or failure.__context__
