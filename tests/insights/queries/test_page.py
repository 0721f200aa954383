"""The files that the dashboard's page is made of."""

from __future__ import annotations

import re
import sys

from litestar import Litestar
from litestar.testing import TestClient

from service.insights.page import STATIC, STYLES, chart_library, insights_page, page_script, page_styles


def test_everything_that_the_page_names_is_served_and_the_script_is_whole() -> None:
    """A module that could not be taken apart would leave an import or an export behind, and the page empty."""
    with TestClient(Litestar([insights_page, page_script, page_styles], logging_config=None)) as client:
        page = client.get("/insights").text
        script, styles = client.get("/insights/page.js"), client.get("/insights/page.css")
    assert "/insights/page.js" in page
    assert "/insights/page.css" in page
    assert script.headers["content-type"].startswith("text/javascript")
    assert re.findall(r"^\s*(?:import|export)\s.*", script.text, re.MULTILINE) == []
    assert 'modules["insights/main.js"]' in script.text
    assert styles.headers["content-type"].startswith("text/css")


def test_the_library_of_the_charts_is_served_without_importing_its_package() -> None:
    with TestClient(Litestar([insights_page, chart_library], logging_config=None)) as client:
        assert 'href="/insights/bokeh.js"' in client.get("/insights").text
        library = client.get("/insights/bokeh.js")
    assert library.headers["content-type"].startswith("text/javascript")
    assert "Bokeh Contributors" in library.text[:1000]
    assert "bokeh" not in sys.modules


def test_every_style_sheet_of_the_dashboard_is_on_its_page() -> None:
    own = {f"insights/styles/{path.name}" for path in (STATIC / "insights" / "styles").glob("*.css")}
    assert own <= set(STYLES)
