"""The dashboard's page, and the library of its charts as it comes with its package."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from litestar import MediaType, get
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotFoundException
from litestar.response import File

INDEX = Path(__file__).parent.parent / "static" / "insights" / "index.html"
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


@get("/insights/plotly.js", include_in_schema=False)
async def chart_library() -> File:
    return File(
        chart_library_file(), media_type="text/javascript", content_disposition_type="inline", headers=_KEPT
    )


@cache
def chart_library_file() -> Path:
    """Found without importing the package, which takes half a second. Raises `NotFoundException`."""
    found = find_spec("plotly")
    folders = found.submodule_search_locations if found else None
    for folder in folders or ():
        if (file := Path(folder) / "package_data" / "plotly.min.js").is_file():
            return file
    raise NotFoundException("the library of the charts (plotly) is not installed")
