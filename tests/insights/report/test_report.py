"""The report: one file, whole or not at all, and nothing in it can become markup."""

from __future__ import annotations

from pathlib import Path

import pytest

from insights.report import assets
from insights.report.html import ReportRefused, embedded, page, write
from service.app import STATIC


def test_every_module_of_the_page_stands_before_who_needs_it() -> None:
    script = assets.script(STATIC)
    assert "\nimport " not in script
    assert "\nexport " not in script
    assert script.index('modules["chat/dom.js"]') < script.index('modules["insights/report.js"]')


def test_the_page_has_everything_in_it_and_what_customers_wrote_is_text() -> None:
    text = page({"answers": {"x": "</script><img src=x onerror=alert(1)>"}}, STATIC, "en")
    assert "<img src=x" not in text
    # In the library there is an address of one for formulas, which the policy of the page forbids.
    assert 'src="http' not in text.replace(assets.library(), "")
    assert "\\u003c/script\\u003e" in text
    assert "default-src &#39;none&#39;" in text


def test_json_in_a_page_ends_no_line_and_no_element() -> None:
    assert set(embedded({"a": "<>&\u2028\u2029"})).isdisjoint("<>&\u2028\u2029")


def test_the_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "report.html"
    write(path, "one")
    write(path, "two")
    assert path.read_text() == "two"
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(ReportRefused, match="cannot be written"):
        write(path.parent, "three")
    assert list(path.parent.iterdir()) == [path]
