"""Calls without an answer: why, and what an administrator does about it.

No text of an error of aiohttp is passed on, because it repeats addresses, and those may hold a token.
"""

from __future__ import annotations

from typing import Final

import aiohttp
import structlog

log = structlog.get_logger()

UNREACHABLE: Final = "proxy_unreachable"
CERTIFICATE: Final = "wrong_certificate"

_WRONG_PASSWORD: Final = "HTTPS_PROXY needs a user and a password that the proxy accepts"
_AT_THE_PROXY: Final = "the proxy in HTTPS_PROXY does not reach this host: see its log, or name the host in NO_PROXY"
_NOBODY: Final = "nothing answers at the address in HTTPS_PROXY"
_AUTHORITY: Final = (
    "the certificate is not signed by a known authority, out of date or for another name; SSL_CERT_FILE names the"
    " authorities, for instance that of a proxy which opens TLS"
)


class NoAnswer(Exception):
    """A call without a complete answer. Its text is the reason; is_late means that the time was over.

    status is the HTTP status if the answer broke off behind it, else 0.
    """

    def __init__(self, error: Exception, status: int = 0) -> None:
        super().__init__(reason_of(error))
        self.is_late, self.status = isinstance(error, TimeoutError), status


class FailureLog:
    """Logs what an administrator must mend on the way to a host: once, until a call to it succeeds."""

    def __init__(self) -> None:
        self._logged: dict[str, str] = {}

    def failed(self, host: str, reason: str) -> None:
        """Log the reason if time alone does not mend it and it is another one than before."""
        advice = _advice_on(reason)
        if advice and self._logged.get(host) != reason:
            self._logged[host] = reason
            log.error("a call did not reach its host", host=host, why=reason, advice=advice)

    def answered(self, host: str) -> None:
        """Note that this host answers."""
        self._logged.pop(host, None)


def reason_of(error: Exception) -> str:
    """Return why a call failed: `proxy_407` and the like if a proxy refused CONNECT, or the type of the error."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"proxy_{error.status}"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return UNREACHABLE
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return CERTIFICATE
    return type(error).__name__


def _advice_on(reason: str) -> str:
    fixed = {CERTIFICATE: _AUTHORITY, UNREACHABLE: _NOBODY, "proxy_407": _WRONG_PASSWORD}
    return fixed.get(reason) or (_AT_THE_PROXY if reason.startswith("proxy_") else "")
