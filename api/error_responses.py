"""Turns every error of a handler into a problem, without internal details, and counts how each request ended."""

from __future__ import annotations

from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import Counter

from api.problems import ApiProblem
from state.errors import SourceUnavailable, StoreUnavailable, Unstorable

RETRY_SECONDS: Final = 5.0  # of a caller whose request met a database or Valkey that does not answer
REQUESTS = Counter("zin_api_requests_total", "Requests to the API, by how they ended", ["operation", "how"])
ANSWERED: Final = "answered"  # every other end is the code of a problem
log = structlog.get_logger()


@web.middleware
async def problem_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors as problem+json. The operation that is counted is the route's name, "" for an unknown address."""
    operation = request.match_info.route.name or ""
    try:
        answer = await handler(request)
    except Exception as error:  # whatever it is: no caller is shown what only a log may say
        problem = _problem(request, error)
        REQUESTS.labels(operation, problem.code).inc()
        return problem.response()
    REQUESTS.labels(operation, ANSWERED).inc()
    return answer


def _problem(request: web.Request, error: Exception) -> ApiProblem:
    """Return what the caller is answered; the log gets what the caller is not shown."""
    if isinstance(error, ApiProblem):
        return error
    if isinstance(error, web.HTTPException):
        return _unrouted(error)
    if isinstance(error, SourceUnavailable | StoreUnavailable):
        log.warning("api cannot answer", route=_route(request), why=str(error))
        text = "Zin ne peut pas répondre pour le moment : renvoyez la même requête, avec la même référence."
        return ApiProblem("unavailable", text, retry_seconds=RETRY_SECONDS)
    if isinstance(error, Unstorable):
        log.info("api was given what no column can hold", route=_route(request), why=str(error))
        return ApiProblem("invalid", "Un texte a un caractère qui ne peut pas être gardé : retirez-le.")
    log.error("api failed", method=request.method, route=_route(request), exc_info=error)
    text = "Zin s'est trompé, et c'est noté. Renvoyez la même requête plus tard, avec la même référence."
    return ApiProblem("fault", text)


def _unrouted(wrong: web.HTTPException) -> ApiProblem:
    if isinstance(wrong, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(wrong.allowed_methods))
        return ApiProblem("method-not-allowed", f"Cette adresse accepte : {allowed}.")
    return ApiProblem("not-found", "Cette adresse n'existe pas : comparez-la avec /api/v1/openapi.json.")


def _route(request: web.Request) -> str:
    """Return the path pattern of the route, because the path itself may name a citizen's request."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""
