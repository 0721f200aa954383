"""Markdown and text of authors stay theirs; what runs is taken out, what is binary refused."""

from __future__ import annotations

import codecs

import pytest

from knowledge.formats import Converted, Unreadable, convert, to_markdown_file
from knowledge.formats.links import is_safe
from tests.knowledge.formats.samples import passages


def refused(data: bytes, name: str = "a.md") -> str:
    with pytest.raises(Unreadable) as caught:
        convert(data, name)
    return str(caught.value)


OWN = """# Returns

## No reason {#no-reason}
<!-- questions: changed my mind | no reason -->
Within **7 days**, see [terms](https://shop.example/t) or <mailto:help@shop.example>; 5 < 7 & a_b.

| A | B |
| --- | --- |
| 1 | 2 |

```html
<script>shown as code</script>
```
"""


def test_good_markdown_is_not_touched() -> None:
    converted = convert(OWN.encode(), "a.md")
    assert converted == Converted("Returns", OWN, {"format": "md", "encoding": "utf-8", "language": "en"})
    assert passages(converted)[0].questions == ("changed my mind", "no reason")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>\nevil()\n</script>",
        "x <script>evil()</script> y",
        "> <script>\n> evil()\n> </script>",
        "- x <img src=x onerror=evil()>",
        "<div onclick=evil()>\n\ntext\n\n</div>",
        "<iframe src=evil()></iframe>",
        "[x](javascript:evil())",
        "[x](<javascript:evil()>)",
        "[x](java&Tab;script&colon;evil())",
        "[x](javascript:evil((1)))",
        "[[x]](javascript:evil())",
        "[x]: javascript:evil()",
        "> [x]: javascript:evil()",
        "<javascript:evil()>",
        "![x](data:text/html,evil())",
    ],
)
def test_what_runs_is_taken_out(hostile: str) -> None:
    from markdown_it import MarkdownIt

    markdown = convert(f"# T\n\n{hostile}\n\ntext\n".encode(), "a.md").markdown
    html = MarkdownIt("commonmark").render(markdown)
    assert (
        "evil" not in html.replace("](javascript:evil", "").replace("(&lt;javascript:evil", "")
        or "href" not in html
    )
    assert not any(mark in html for mark in ("<script", "<iframe", "onerror=", "onclick=", "<img"))
    assert "text" in html


def test_html_tables_in_markdown_become_tables() -> None:
    markdown = convert(b"# T\n\n<table><tr><th>A<th>B<tr><td>1<td>2</table>\n\nend\n", "a.md").markdown
    assert "| A | B |\n| --- | --- |\n| 1 | 2 |" in markdown


def test_what_is_not_closed_is_refused_with_its_line() -> None:
    assert "line 3" in refused(b"# T\n\n<!-- note\n")
    assert "<script> in line 3" in refused(b"# T\n\nx <script> y\n")


def test_front_matter_is_metadata() -> None:
    head = "---\nid: returns\ntitle: Returns!\nlanguage: en\neffective_from: 2026-01-01\n---\n"
    converted = convert((head + "# T\ntext\n").encode(), "a.md")
    assert converted.title == "Returns!"
    assert to_markdown_file(converted, id="returns", language="en") == head + "# T\ntext\n"
    assert "colour" in refused(head.replace("id:", "colour: red\nid:").encode() + b"text")


@pytest.mark.parametrize(
    ("encoding", "note"),
    [("utf-8-sig", ()), ("utf-16", ()), ("gb18030", ("is not UTF-8; it was read as GB18030",))],
)
def test_encodings_of_text(encoding: str, note: tuple[str, ...]) -> None:
    converted = convert("退货政策\n\n签收后七天内可以退货。\n".encode(encoding), "a.txt")
    assert (converted.title, converted.notes) == ("退货政策", note)
    assert "签收后七天内可以退货。" in converted.markdown


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"text\x00more", "control character"),
        (b"text\x1b[31m", "control character"),
        (bytes(range(256)) * 4, "neither UTF-8 nor GB18030|cannot be told|control"),
        ("café, naïve, déjà vu".encode("latin-1"), "UTF-8"),
        ("返品はできません。送料は無料です。".encode("shift_jis"), "UTF-8"),
        (codecs.BOM_UTF16_LE + b"abc", "broken"),
        (codecs.BOM_UTF32_LE + "abc".encode("utf-32-le"), "UTF-32"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "UTF-8|control"),
        (b" \n\t ", "empty"),
        ("\u200b\u202e".encode(), "no text"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        convert(data, "a.txt")


def test_chapters_of_plain_text_are_headings() -> None:
    text = "退货规定\n\n一、适用范围\n　　本规定适用于全部商品。\n二、期限\n七天。\n"
    found = passages(convert(text.encode(), "a.txt"))
    assert [(each.heading, each.text) for each in found] == [
        ("一、适用范围", "本规定适用于全部商品。"),
        ("二、期限", "七天。"),
    ]


@pytest.mark.parametrize(
    "target", ["https://x", "http://x", "mailto:a@b", "#part", "other.md", "/a/b:c", "a?b:c"]
)
def test_links_that_stay(target: str) -> None:
    assert is_safe(target)


@pytest.mark.parametrize(
    "target", ["javascript:x", "JaVaScRiPt:x", " vbscript:x", "data:x", "java\tscript:x", "file:///x"]
)
def test_links_that_go(target: str) -> None:
    assert not is_safe(target)


@pytest.mark.parametrize(("id", "language"), [("../x", "en"), ("", "en"), ("x", "fr")])
def test_a_file_that_could_not_be_read_back_is_not_written(id: str, language: str) -> None:
    with pytest.raises(Unreadable):
        to_markdown_file(Converted("T", "text\n"), id=id, language=language)
