"""The dashboard's page, its scripts and styles as one file each, and the library of its charts as its package has it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from litestar import MediaType, Response, get
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotFoundException
from litestar.response import File

from insights.report.assets import library_file, script

STATIC = Path(__file__).parent.parent / "static"
INDEX = STATIC / "insights" / "index.html"
STYLES = (
    "styles/tokens.css",
    "styles/page.css",
    "styles/panels.css",
    "insights/styles/layout.css",
    "insights/styles/parts.css",
    "insights/styles/charts.css",
    "insights/styles/picture.css",
)
# As on every page, but for styles: the library of the charts makes some of its own.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
# It changes with the package only; the browser asks again after a day.
_KEPT = {"Cache-Control": "max-age=86400"}


@get(
    "/insights",
    include_in_schema=False,
    response_headers=[ResponseHeader(name="Content-Security-Policy", value=_POLICY)],
)
async def insights_page() -> File:
    return File(INDEX, media_type=MediaType.HTML, content_disposition_type="inline")


@get("/insights/page.js", include_in_schema=False, sync_to_thread=False)
def page_script() -> Response[str]:
    return Response(_script(), media_type="text/javascript")


@get("/insights/page.css", include_in_schema=False, sync_to_thread=False)
def page_styles() -> Response[str]:
    return Response(_styles(), media_type=MediaType.CSS)


@cache
def _script() -> str:
    """All modules as one: forty files, of which each names the next ones, would cost the first view a fifth of a second."""
    return script(STATIC, "insights/main.js")


@cache
def _styles() -> str:
    return "\n".join((STATIC / name).read_text("utf-8") for name in STYLES)


@get("/insights/bokeh.js", include_in_schema=False)
async def chart_library() -> File:
    try:
        library = library_file()
    except FileNotFoundError as error:
        raise NotFoundException(str(error)) from error
    return File(library, media_type="text/javascript", content_disposition_type="inline", headers=_KEPT)
