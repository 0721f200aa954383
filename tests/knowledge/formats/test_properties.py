"""For any bytes under any supported name: a document that can be read back, or a reason; never anything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from knowledge.formats import SUPPORTED, Converted, Limits, Unreadable, convert, to_markdown_file
from knowledge.formats.marks import slug
from retrieval.documents import Document, parse_document
from retrieval.passages import split_document
from tests.knowledge.formats.samples import bullets, flow, para, passages, pdf, ruled, word, word_table

LIMITS = Limits(seconds=20)
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ALPHABET = st.characters(codec="utf-8") | st.sampled_from(list("<>[](){}#*|`-=!\"'&;:/\\\n\t 问答。，"))
TEXTS = st.text(ALPHABET, max_size=200)
BYTES = (
    st.binary(max_size=400) | TEXTS.map(str.encode) | TEXTS.map(lambda text: text.encode("utf-16", "replace"))
)


def good(data: bytes, name: str) -> Converted | None:
    try:
        converted = convert(data, name, LIMITS)
    except Unreadable as error:
        assert str(error)
        return None
    fields = converted.metadata
    own = name.endswith(("md", "markdown"))
    try:
        text = to_markdown_file(converted, id="x", language=fields["language"])
    except Unreadable:
        # An author's own anchors may clash; that is said when the file is read.
        assert own
        return converted
    document = parse_document(text, Path("x.md"))
    assert isinstance(document, Document)
    assert document.body.strip() == converted.markdown.strip()
    split_document(document)
    return converted


@QUICK
@given(st.sampled_from(sorted(SUPPORTED)), BYTES)
@example(".json", b'{"a": "\\ud800", "q": "x"}')
@example(".json", b'[{"q": "\\u0000", "a": "b"}]')
@example(".html", b"&#1;&#0;&#xd800;x")
def test_any_bytes_give_a_document_or_a_reason(suffix: str, data: bytes) -> None:
    good(data, "any" + suffix)


SEEDS = {
    ".pdf": pdf(
        flow("title", "T"), flow("text", "some text"), bullets("a", "b"), ruled([["a", "b"], ["c", "d"]])
    ),
    ".docx": word(para("T", 0) + para("a", 1) + para("x", level=0) + word_table([["a", "b"], ["c", "d"]])),
    ".html": b"<h1>T</h1><ul><li>a<ul><li>b</ul></ul><table><tr><th colspan=2>x<tr><td>1<td>2</table>",
}


@QUICK
@given(
    st.sampled_from(sorted(SEEDS)),
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=12)), min_size=1, max_size=6),
)
def test_damaged_files_give_a_document_or_a_reason(suffix: str, damages: list[tuple[float, bytes]]) -> None:
    data = bytearray(SEEDS[suffix])
    for place, damage in damages:
        start = int(place * len(data))
        data[start : start + len(damage)] = damage
    good(bytes(data), "damaged" + suffix)


@QUICK
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_any_cells_stay_within_their_sections(pairs: list[tuple[str, str]]) -> None:
    rows = [{"question": question, "answer": answer} for question, answer in pairs]
    converted = good(
        json.dumps([*rows, {"question": "the last one", "answer": "last answer"}]).encode(), "a.json"
    )
    assert converted is not None
    named = [each for each in passages(converted) if "the last one" in (each.heading, *each.questions)]
    assert [each.text for each in named] == ["last answer"]


@QUICK
@given(TEXTS)
def test_any_text_on_a_page_stays_text(text: str) -> None:
    import html

    converted = good(f"<h2>A</h2><p>{html.escape(text)}</p><h2>B</h2><p>end</p>".encode(), "a.html")
    if converted is not None:
        found = passages(converted)
        assert [each.heading for each in found][-1:] == ["B"]
        assert found[-1].text == "end"


@given(st.text(max_size=80))
def test_slugs_are_ids(text: str) -> None:
    assert slug(text, "doc") == slug(f" {text} ", "doc")
    with_id = to_markdown_file(Converted("T", "text\n"), id=slug(text, "doc"), language="en")
    assert with_id


@pytest.mark.parametrize("text", ["退货政策", "Return policy", "Return policy 退货", "2026", "-", ""])
def test_slugs_are_short_and_ascii(text: str) -> None:
    assert slug(text, "doc").isascii() and 0 < len(slug(text, "doc")) <= 64
