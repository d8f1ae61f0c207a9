"""Turns every error of a handler into a problem, without internal details."""

from __future__ import annotations

from typing import Final

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from api.problems import ApiProblem
from state.errors import SourceUnavailable, StoreUnavailable, Unstorable

RETRY_SECONDS: Final = 5.0  # of a caller whose request met a database or Valkey that does not answer
log = structlog.get_logger()


@web.middleware
async def problem_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer errors as problem+json."""
    try:
        return await handler(request)
    except ApiProblem as problem:
        return problem.response()
    except web.HTTPException as wrong:
        return _unrouted(wrong).response()
    except (SourceUnavailable, StoreUnavailable) as down:
        log.warning("api cannot answer", route=_route(request), why=str(down))
        text = "Zin ne peut pas répondre pour le moment : renvoyez la même requête, avec la même référence."
        return ApiProblem("unavailable", text, retry_seconds=RETRY_SECONDS).response()
    except Unstorable as value:
        log.info("api was given what cannot be kept", route=_route(request), why=str(value))
        return ApiProblem("invalid", "Un texte a un caractère qui ne peut pas être gardé : retirez-le.").response()
    except Exception:  # whatever it is: no caller is shown what only a log may say
        log.exception("api failed", method=request.method, route=_route(request))
        text = "Zin s'est trompé, et c'est noté. Renvoyez la même requête plus tard, avec la même référence."
        return ApiProblem("fault", text).response()


def _unrouted(wrong: web.HTTPException) -> ApiProblem:
    if isinstance(wrong, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(wrong.allowed_methods))
        return ApiProblem("method-not-allowed", f"Cette adresse accepte : {allowed}.")
    return ApiProblem("not-found", "Cette adresse n'existe pas : comparez-la avec /api/v1/openapi.json.")


def _route(request: web.Request) -> str:
    """Return the path pattern of the route, because the path itself may name a citizen's request."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""
