"""HTML keeps headings, lists, tables and good links; nothing that runs or hides reaches the text."""

from __future__ import annotations

import pytest

from knowledge.formats import Unreadable, convert
from tests.knowledge.formats.samples import passages

PAGE = """<!doctype html><html><head><title>Shop | Returns</title><style>p{}</style></head><body>
<nav>Home Cart</nav><header>Free shipping today</header>
<main><h1>Returns</h1>
<h2 id="no-reason">Changed your mind?</h2>
<p>Send it back within <b>7 days</b>,<br>unused. See <a href="https://shop.example/r?a=1">the form</a>.</p>
<ul><li>boxed<ul><li>with the charger</li></ul></li><li>unworn</li></ul>
<h3>Postage</h3>
<table><thead><tr><th>Reason</th><th>Who pays</th></tr></thead>
<tr><td rowspan="2">Changed mind</td><td>you, ¥12</td></tr><tr><td>members: nobody</td></tr></table>
</main><aside>Buy more</aside><footer>© shop</footer></body></html>"""


def test_structure_comes_through_to_passages() -> None:
    converted = convert(PAGE.encode(), "returns.html")
    assert converted.title == "Returns"
    first, second = passages(converted)
    assert (first.id, first.heading) == ("sample.en#no-reason", "Changed your mind?")
    assert "within 7 days,\nunused. See [the form](https://shop.example/r?a=1)." in first.text
    assert "- boxed\n  - with the charger\n- unworn" in first.text
    assert (second.id, second.heading) == ("sample.en#postage", "Changed your mind? › Postage")
    assert second.text == (
        "| Reason | Who pays |\n| --- | --- |\n| Changed mind | you, ¥12 |\n| Changed mind | members: nobody |"
    )


def test_boilerplate_goes_where_the_page_names_its_main_part() -> None:
    text = convert(PAGE.encode(), "a.html").markdown
    assert not any(word in text for word in ("Cart", "Buy more", "© shop", "Free shipping"))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>secret</script>",
        "<style>secret</style>",
        "<iframe>secret</iframe>",
        "<form>secret<input value=secret></form>",
        "<!-- secret -->",
        "<!-- questions: secret -->",
        "<p hidden>secret</p>",
        "<p style='color:red; display : none'>secret</p>",
        "<p aria-hidden='true'>secret</p>",
        "<template>secret</template>",
        "<noscript>secret</noscript>",
        "<svg><text>secret</text></svg>",
        "<script>secret",
        "<a href='javascript:secret()'>x</a>",
        "<a href=' java\nscript:secret()'>x</a>",
        "<a href='data:text/html,secret'>x</a>",
        "<img src=x onerror=secret() alt=secret>",
    ],
)
def test_what_is_no_text_for_readers_is_dropped(hostile: str) -> None:
    assert "secret" not in convert(f"<p>good</p>{hostile}".encode(), "a.html").markdown


@pytest.mark.parametrize(
    "text",
    [
        "&lt;script>x&lt;/script>",
        "&lt;<b>script</b>>",
        "<b>[x]</b><i>(javascript:alert(1))</i>",
        "&lt;!-- never closed",
        "[x](javascript&amp;colon;alert(1))",
    ],
)
def test_text_that_looks_like_a_tag_or_link_stays_text(text: str) -> None:
    converted = convert(f"<h2>T</h2><p>{text} end</p>".encode(), "a.html")
    assert "<script" not in converted.markdown and "<!--" not in converted.markdown
    assert "](java" not in converted.markdown
    assert "end" in passages(converted)[0].text


def test_lines_that_look_like_markdown_stay_text() -> None:
    body = "<h2>T</h2><p># no heading</p><p>- no item</p><p>1. no item</p><p>===</p><p>```</p><h2>U {#t}</h2><p>u</p>"
    first, second = passages(convert(body.encode(), "a.html"))
    assert all(word in first.text for word in ("# no heading", "- no item", "no item", "===", "\\`\\`\\`"))
    assert (second.heading, second.id) == ("U { #t}", "sample.en#u-t")


def test_several_titles_become_sections_under_the_page() -> None:
    found = passages(
        convert(
            b"<title>Help</title><h1>Returns</h1><p>a</p><h2>Fee</h2><p>b</p><h1>Post</h1><p>c</p>", "a.htm"
        )
    )
    assert [each.heading for each in found] == ["Returns", "Returns › Fee", "Post"]


def test_passages_keep_their_ids_when_a_section_is_added() -> None:
    before = passages(convert("<h2>退货</h2><p>七天</p><h2>邮费</h2><p>十二元</p>".encode(), "a.html"))
    after = passages(
        convert(
            "<h2>换货</h2><p>十五天</p><h2>退货</h2><p>七天</p><h2>邮费</h2><p>十二元</p>".encode(), "a.html"
        )
    )
    assert {each.id for each in before} < {each.id for each in after}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(encoding: str) -> None:
    page = "<h1>退货政策</h1><p>签收后七天内可以退货，邮费由顾客承担。</p>"
    assert "签收后七天内可以退货" in convert(page.encode(encoding), "a.html").markdown


def test_a_declared_encoding_counts() -> None:
    page = "<meta charset=big5><p>退貨政策</p>"
    assert "退貨政策" in convert(page.encode("big5"), "a.html").markdown


def test_a_row_head_needs_no_column_head() -> None:
    markdown = convert(b"<table><tr><th>Fee<td>12<tr><th>Days<td>7</table>", "a.html").markdown
    assert markdown == "|  |  |\n| --- | --- |\n| Fee | 12 |\n| Days | 7 |\n"


def test_a_bar_in_a_cell_does_not_make_another_cell() -> None:
    (passage,) = passages(
        convert(b"<h2>T</h2><table><tr><th>A<th>B<tr><td>x|y<td><ul><li>p<li>q</ul></table>", "a.html")
    )
    assert "| x\\|y | p; q |" in passage.text


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="no text"):
        convert(b"<script>var a</script>", "a.html")
