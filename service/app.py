"""The HTTP application: routes, errors, documentation, health, metrics, the chat page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, get
from litestar.datastructures import ResponseHeader, State
from litestar.di import Provide
from litestar.exceptions import ClientException, HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, YamlRenderPlugin
from litestar.plugins.prometheus import PrometheusConfig, PrometheusController
from litestar.response import File
from litestar.static_files import create_static_files_router

from service.authors import Authors
from service.complaint_office import ComplaintOffice, office_of
from service.complaints import Complaints
from service.documents import Documents, Gaps, Publications
from service.insights.analyses import Analyses, Analysts, analysts_of
from service.insights.desk import InsightsDesk, desk_of
from service.insights.page import chart_library, insights_page, page_script, page_styles
from service.insights.routes import Insights
from service.problems import handle
from service.ratings import Satisfaction
from service.ratings_store import RatingStore
from service.routes import Conversations, Traces
from service.turns import TurnService
from service.workers import Workers

STATIC = Path(__file__).parent / "static"
LARGEST_BODY = 64 * 1024
# The page needs nothing from anywhere else, so nothing else is allowed.
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class UnsupportedMediaType(HTTPException):
    status_code = 415


def create_app(
    turns: TurnService, version: str, turns_at_once: int, authors: Authors | None = None,
    debug: bool = False, turns_waiting: int = 256, staff_token: str = "",
) -> Litestar:  # fmt: skip
    """Wire the routes over a ready `TurnService`, and over the authors' side where there is one.

    `turns_at_once` run at once, `turns_waiting` more may wait; further ones are refused. Without a `staff_token` the
    endpoints of the shop's own people are off.
    """
    workers = Workers(turns_at_once, turns_waiting)
    analysts = cache(lambda: analysts_of(turns, authors.embed_queries if authors else None))

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        yield
        workers.close()

    @get("/health/live", tags=["health"], summary="The process runs")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @get(
        "/health/ready", tags=["health"], summary="Everything that a turn needs answers", sync_to_thread=True
    )
    def ready() -> Response[dict[str, str]]:
        return _readiness(turns)

    @get("/", include_in_schema=False)
    async def page() -> File:
        return File(STATIC / "index.html", media_type=MediaType.HTML, content_disposition_type="inline")

    return Litestar(
        # Logging is set up by the command line; Litestar's own would override KEFU_LOG_LEVEL.
        logging_config=None,
        route_handlers=[
            Conversations, Traces, Satisfaction, Complaints, Insights, Analyses, *((Documents, Publications, Gaps) if authors else ()), live, ready, page, insights_page, page_script, page_styles, chart_library, PrometheusController,
            create_static_files_router("/static", directories=[STATIC], include_in_schema=False),
        ],
        dependencies={
            "turns": Provide(lambda: turns, sync_to_thread=False),
            "ratings": Provide(lambda: RatingStore(turns.conversations.engine), sync_to_thread=False),
            "complaints": Provide(lambda: office_of(turns), sync_to_thread=False),
            "desk": Provide(lambda: desk_of(turns), sync_to_thread=False),
            "analysts": Provide(lambda: analysts(), sync_to_thread=False),
            "workers": Provide(lambda: workers, sync_to_thread=False),
            "authors": Provide(lambda: authors, sync_to_thread=False),
        },
        exception_handlers={HTTPException: handle, Exception: handle},
        before_request=_require_json,
        middleware=[PrometheusConfig(app_name="kefu", prefix="kefu", group_path=True).middleware],
        response_headers=[ResponseHeader(name=name, value=value) for name, value in _HEADERS.items()],
        request_max_body_size=LARGEST_BODY,
        openapi_config=OpenAPIConfig(
            title="Kefu", version=version, path="/schema",
            description="A customer-service agent that a shop runs itself.",
            render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"]), YamlRenderPlugin()],
        ),
        lifespan=[lifespan],
        signature_types=[Analysts, Authors, ComplaintOffice, InsightsDesk, RatingStore, TurnService, Workers],
        state=State({"authors": authors, "staff_token": staff_token}),
        debug=debug,
    )  # fmt: skip


def _readiness(turns: TurnService) -> Response[dict[str, str]]:
    try:
        turns.parts.store.meta("sample")
        snapshot = turns.parts.knowledge().id
    except Exception as error:
        return Response({"status": "not ready", "reason": type(error).__name__}, status_code=503)
    model = turns.parts.writer.model.name
    return Response({"status": "ready", "snapshot": snapshot, "model": model})


async def _require_json(request: Request[Any, Any, Any]) -> None:
    """A body in any other form is refused before anything else looks at it."""
    if request.method not in ("POST", "PUT"):
        return
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":
        raise UnsupportedMediaType(f"Content-Type: application/json is needed, not {kind or 'nothing'}")
    try:
        msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ClientException(f"body: not JSON in UTF-8: {error}") from error
    except RecursionError as error:
        raise ClientException("body: nested too deeply") from error
