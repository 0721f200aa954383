"""Errors as RFC 9457 problem details: what was wrong and where, never a traceback."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from msgspec import Struct

from insights.errors import FilterError
from knowledge.errors import (
    FolderConflict,
    FoundWrong,
    KnowledgeError,
    NothingToPublish,
    PublicationConflict,
    RevisionConflict,
    UnknownDocument,
)
from retrieval.errors import NothingToIndex, RetrievalError
from service.conversations import ConversationMoved
from service.ratings_store import NobodyKnown, RatingClosed, UnknownTurn
from service.turns import NothingSaid, UnknownConversation
from service.workers import TooManyTurns
from tools.errors import OutcomeUnknown, StoreUnavailable

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger("kefu.http")
_KNOWLEDGE: dict[type[Exception], int] = {
    UnknownDocument: 404,
    NothingToPublish: 409,
    NothingToIndex: 409,
    RevisionConflict: 409,
    FolderConflict: 409,
    PublicationConflict: 409,
    FoundWrong: 422,
    RetrievalError: 503,
}


class Problem(Struct, frozen=True, omit_defaults=True):
    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: list[dict[str, str]] | None = None


def problem_of(error: Exception) -> Problem:
    """The problem that an error comes to; anything unforeseen is a 500 without its message."""
    known: dict[type[Exception], tuple[int, str]] = {
        UnknownConversation: (404, "there is no conversation with this id"),
        UnknownTurn: (404, "there is no turn with this id"),
        RatingClosed: (409, "a rating can be changed for 24 hours; this one is final"),
        NobodyKnown: (409, "nobody has said yet who they are in this conversation"),
        NothingSaid: (400, str(error)),
        FilterError: (400, str(error)),
        OutcomeUnknown: (503, "it is not certain yet whether it was done; send the same message again"),
        StoreUnavailable: (503, "the database does not answer; nothing was changed, please retry"),
        TooManyTurns: (503, "too many messages are being answered; nothing was done, please retry"),
        ConversationMoved: (409, "another message of this conversation was answered meanwhile; please retry"),
    }
    for kind, (status, detail) in known.items():
        if isinstance(error, kind):
            return Problem(HTTPStatus(status).phrase, status, detail)
    if isinstance(error, KnowledgeError | RetrievalError):
        status = next((status for kind, status in _KNOWLEDGE.items() if isinstance(error, kind)), 400)
        return Problem(HTTPStatus(status).phrase, status, str(error), errors=_found(error))
    if isinstance(error, HTTPException):
        return Problem(
            HTTPStatus(error.status_code).phrase, error.status_code, error.detail, errors=_errors(error.extra)
        )
    return Problem("Internal Server Error", 500, "something went wrong on our side; it has been logged")


def _found(error: Exception) -> list[dict[str, str]] | None:
    """The errors that a check found: passage, what is wrong, and what it disagrees with."""
    if not isinstance(error, FoundWrong):
        return None
    return [
        {"field": each.passage or each.document, "detail": " ".join(filter(None, (each.message, each.other)))}
        for each in error.findings
        if each.severity == "error"
    ]


def _errors(extra: Any) -> list[dict[str, str]] | None:
    """Which fields were wrong, as Litestar tells it."""
    if not isinstance(extra, list):
        return None
    found = [
        {"field": str(item.get("key", "")), "detail": str(item.get("message", ""))}
        for item in extra
        if isinstance(item, dict)
    ]
    return found or None


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Answer an error; only unforeseen ones are logged with their traceback."""
    problem = problem_of(error)
    if problem.status >= 500 and problem.status != 503:
        log.error("unforeseen error", path=request.url.path, exc_info=error)
    headers = dict(getattr(error, "headers", None) or {})
    if problem.status == 503:
        headers["Retry-After"] = "5"
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)
