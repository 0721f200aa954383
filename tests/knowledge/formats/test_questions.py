"""Lists of questions and answers: one section an answer, named by its question alone."""

from __future__ import annotations

import json

import pytest

from knowledge.formats import Limits, Unreadable, convert
from tests.knowledge.formats.samples import passages


def refused(data: bytes, name: str, limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        convert(data, name, limits or Limits())
    return str(caught.value)


def test_chinese_columns_sections_and_equal_answers() -> None:
    text = "问题,相似问,答案,分类\n怎么退货？,如何退货|想退货,七天内寄回。,退货\n能退吗,,七天内寄回。,退货\n多久到账,,三天。,退款\n"
    converted = convert(text.encode("gb18030"), "常见问题.csv")
    assert converted.title == "常见问题"
    first, second = passages(converted)
    assert (first.heading, first.text) == ("退货 › 怎么退货？", "七天内寄回。")
    assert first.questions == ("如何退货", "想退货", "能退吗")
    assert (second.heading, second.text, second.language) == ("退款 › 多久到账", "三天。", "zh")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_and_encodings(delimiter: str, encoding: str) -> None:
    text = f'Question{delimiter}Answer\r\nHow long?{delimiter}"3 days{delimiter} at most"\r\n'
    (passage,) = passages(convert(text.encode(encoding), "a.csv"))
    assert passage.text == f"3 days{delimiter} at most"


@pytest.mark.parametrize(
    "value",
    [
        [{"question": "How long?", "answer": "3 days"}],
        {"name": "faq", "items": [{"q": ["How long?"], "a": "3 days"}]},
        {"How long?": "3 days"},
        {"问题": "How long?", "答案": "3 days"},
    ],
)
def test_shapes_of_json(value: object) -> None:
    (passage,) = passages(convert(json.dumps(value).encode(), "a.json"))
    assert (passage.heading, passage.text) == ("How long?", "3 days")


def test_the_anchor_depends_on_the_words_of_the_question_only() -> None:
    alone = passages(convert(b"question,answer\nHow long?,3 days\n", "a.csv"))[0].id
    rows = [{"q": "First", "a": "x"}, {"q": "  how LONG ", "a": "five days"}]
    moved = passages(convert(json.dumps(rows).encode(), "b.json"))[1].id
    assert alone == moved


def test_bad_lines_are_named_and_the_rest_goes_on() -> None:
    lines = [
        '{"q": "A?", "a": "a"}',
        "{broken",
        '{"q": "B?"}',
        "[1]",
        '{"q": "A", "a": "other"}',
        '{"q": {}, "a": "x"}',
    ]
    converted = convert("\n".join(lines).encode(), "a.jsonl")
    assert [each.heading for each in passages(converted)] == ["A?"]
    told = (
        "line 2 is not JSON",
        "line 3 has no answer",
        "line 4 is not",
        "line 5 repeats",
        "line 6 has something",
    )
    assert all(note.startswith(start) for note, start in zip(converted.notes, told, strict=True))


def test_csv_lines_count_breaks_inside_cells() -> None:
    data = b'question,answer\nA?,"one\n\ntwo"\nB?,\nC?,c,d\n"D" x,e\nE?,e\n'
    converted = convert(data, "a.csv")
    assert [each.text for each in passages(converted)] == ["one\n\ntwo", "e"]
    assert [note[:6] for note in converted.notes] == ["line 5", "line 6", "line 7"]


@pytest.mark.parametrize(
    "answer",
    [
        "# Heading\n## Another {#x}",
        "```\nnever closed",
        "<!-- never closed",
        "<script>alert(1)</script>x",
        "--> out",
        "text\n---\nmore",
        "[x]: javascript:alert(1)",
        "[x](javascript:alert(1))",
        "> quote\n| a | b |",
        "<p>rich <b>text</b></p><h1>x</h1><script>alert(1)</script>",
    ],
)
def test_no_answer_breaks_out_of_its_section(answer: str) -> None:
    rows = [{"q": "One?", "a": answer}, {"q": "Two?", "a": "two"}]
    converted = convert(json.dumps(rows).encode(), "a.json")
    found = passages(converted)
    assert [each.heading for each in found] == ["One?", "Two?"]
    assert found[1].text == "two"
    assert "<script" not in converted.markdown and "](java" not in converted.markdown


@pytest.mark.parametrize("question", ["a --> <script>", "<!-- a", "a {#b}", "# a", "a | b"])
def test_no_question_breaks_out_of_its_comment(question: str) -> None:
    rows = [{"q": "One?", "similar": [question], "a": "one"}, {"q": question + "!", "a": "two"}]
    found = passages(convert(json.dumps(rows).encode(), "a.json"))
    assert [each.text for each in found] == ["one", "two"] or found[0].text == "one"
    assert found[0].questions
    assert not any("<script" in part for each in found for part in (*each.questions, each.heading, each.text))


def test_formulas_stay_text() -> None:
    (passage,) = passages(convert(b"question,answer\n=1+1,\"=cmd|' /C calc'!A0\"\n", "a.csv"))
    assert (passage.heading, passage.text) == ("=1+1", "=cmd|' /C calc'!A0")


def test_lists_in_answers_stay_lists() -> None:
    (passage,) = passages(convert('问,答\n怎么退,"步骤：\n1. 申请\n2. 寄回"\n'.encode(), "a.csv"))
    assert passage.text == "步骤：\n\n1. 申请\n2. 寄回"


def test_a_language_column_counts() -> None:
    assert convert(b"question,answer,language\nOK?,OK,zh-CN\n", "a.csv").metadata["language"] == "zh"


def test_what_is_no_list_is_refused() -> None:
    assert "name them question and answer" in refused(b"a,b\n1,2\n", "a.csv")
    assert "no question with an answer" in refused(b"question,answer\nx,\n", "a.csv")
    assert "not a list" in refused(b"3", "a.json")
    assert "not JSON" in refused(b'[{"q": ', "a.json")
    assert "more than 2 rows" in refused(b"q,a\n1,a\n2,b\n3,c\n", "a.csv", Limits(rows=2))
