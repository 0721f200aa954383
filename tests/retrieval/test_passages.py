"""Sections become passages whose ids, topics and texts can be relied on."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.documents import Document
from retrieval.passages import SPLITTING, Passage, estimate_tokens, plain, split_document, split_each


def document(body: str, **more: object) -> Document:
    fields: dict[str, object] = {"id": "returns", "title": "退货政策", "language": "zh", "revision": "abc"}
    return Document(body=body, path=Path("returns.md"), **(fields | more))  # type: ignore[arg-type]


def ids(passages: list[Passage]) -> list[str]:
    return [passage.id for passage in passages]


def test_ids_topics_and_headings() -> None:
    body = "# 退货政策\n<!-- questions: 有哪些规则 -->\n一。\n\n## 无理由 {#no-reason}\n二。\n### 例外 {#except}\n三。\n## 无锚点\n四。\n"
    passages = split_document(document(body))
    assert ids(passages) == [
        "returns.zh#intro",
        "returns.zh#no-reason",
        "returns.zh#except",
        "returns.zh#无锚点",
    ]
    assert [passage.topic for passage in passages] == [
        "returns#intro",
        "returns#no-reason",
        "returns#except",
        "returns#无锚点",
    ]
    assert [passage.heading for passage in passages] == ["", "无理由", "无理由 › 例外", "无锚点"]
    assert passages[2].context == "退货政策 › 无理由 › 例外"


ZH = "# 甲\n乙。\n## 丙\n丁。\n## 戊 {#x}\n己。\n"
EN = "# A\nB.\n## Postage, again!\nD.\n## E {#x}\nF.\n"


def test_the_same_places_have_the_same_topics_in_both_languages() -> None:
    zh, en = split_each([document(ZH), document(EN, language="en")])
    assert ids(zh) == ["returns.zh#丙", "returns.zh#x"]
    assert [passage.topic for passage in zh] == ["returns#postage-again", "returns#x"]
    assert [passage.topic for passage in zh] == [passage.topic for passage in en]


@pytest.mark.parametrize("more", ["## 新\n一。\n", "## 新 {#y}\n一。\n"])
def test_in_other_outlines_only_anchors_are_common_topics(more: str) -> None:
    zh, en = split_each([document(ZH + more), document(EN, language="en")])
    common = {passage.topic for passage in zh} & {passage.topic for passage in en}
    assert common == {"returns#x"}


def test_a_revision_takes_its_topics_from_the_text_that_is_in_force_beside_it() -> None:
    old, new, en = split_each(
        [
            document("## 丙\n丁。\n", effective_to=date(2026, 6, 30)),
            document(ZH, effective_from=date(2026, 7, 1)),
            document(EN, language="en", effective_from=date(2026, 7, 1)),
        ]
    )
    assert [passage.topic for passage in old] == ["returns#丙"]
    assert [passage.topic for passage in new] == [passage.topic for passage in en]


def test_ids_survive_a_section_inserted_above() -> None:
    before = split_document(document("## 运费\n一。\n## Refund time\ntwo\n## 运费\n三。\n## 😀\n四。\n"))
    after = split_document(
        document("## 新的\n零。\n## 运费\n一。\n## Refund time\ntwo\n## 运费\n三。\n## 😀\n四。\n")
    )
    assert ids(before) == [f"returns.zh#{name}" for name in ("运费", "refund-time", "运费-2", "section")]
    assert ids(after)[1:] == ids(before)


def test_an_anchor_keeps_its_name_when_a_heading_says_the_same() -> None:
    passages = split_document(document("## Postage\none\n## Other {#postage}\ntwo\n"))
    assert ids(passages) == ["returns.zh#postage-2", "returns.zh#postage"]


def test_whoever_changes_the_splitting_raises_its_number() -> None:
    """Stored passages are taken over by this number: were it kept, old and new ways would be mixed."""
    body = (
        "# T\nintro\n\n## A {#a}\n<!-- questions: q -->\n"
        + "一句话。" * 200
        + "\n\n- x\n- y\n\n## 乙\n| a |\n|---|\n| 1 |\n"
    )
    digest = hashlib.sha256(repr(split_document(document(body))).encode()).hexdigest()[:12]
    assert (SPLITTING, digest) == (3, "c24c0aa892db")


def test_questions_are_kept_and_never_shown() -> None:
    body = "## 甲 {#a}\n<!-- questions: 一？ |  二 \n| 三 -->\n文字。<!-- secret -->后文。\n<!-- note -->\n"
    (passage,) = split_document(document(body))
    assert passage.questions == ("一？", "二", "三")
    assert passage.text == "文字。后文。"


def test_an_introduction_that_answers_nothing_is_no_passage() -> None:
    passages = split_document(document("# 退货政策\n简介。\n\n## 甲 {#a}\n文字。\n"))
    assert ids(passages) == ["returns.zh#a"]


def test_text_before_the_first_heading_belongs_to_the_introduction() -> None:
    (passage,) = split_document(document("前言。\n\n# 退货政策\n简介。\n"))
    assert passage.text == "前言。\n\n简介。"


def test_a_heading_without_an_anchor_below_level_two_stays_in_its_section() -> None:
    (passage,) = split_document(document("## A {#a}\none\n\n### B\ntwo\n"))
    assert passage.text == "one\n\n### B\n\ntwo"


def test_lists_and_tables_stay_as_written() -> None:
    body = "## A {#a}\nintro:\n\n- one\n- two\n  - three\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n"
    (passage,) = split_document(document(body))
    assert passage.text == body.removeprefix("## A {#a}\n").strip()


def test_a_long_section_is_split_between_blocks_and_questions_stay_with_the_first() -> None:
    paragraphs = [f"第{i}段" + "内容" * 40 for i in range(6)]
    body = "## 甲 {#a}\n<!-- questions: 问 -->\n" + "\n\n".join(paragraphs) + "\n"
    passages = split_document(document(body))
    assert ids(passages) == ["returns.zh#a", "returns.zh#a.2"]
    assert {passage.topic for passage in passages} == {"returns#a"}
    assert [passage.questions for passage in passages] == [("问",), ()]
    assert "\n\n".join(passage.text for passage in passages) == "\n\n".join(paragraphs)


def test_a_long_table_repeats_its_head() -> None:
    rows = [f"| item number {i} with a long name | {i} yuan and some more words |" for i in range(40)]
    passages = split_document(document("## A {#a}\n| what | price |\n|---|---|\n" + "\n".join(rows) + "\n"))
    assert len(passages) > 2
    assert all(passage.text.startswith("| what | price |\n|---|---|\n| item") for passage in passages)
    assert all(any(row in passage.text for passage in passages) for row in rows)


def test_an_endless_paragraph_is_cut_at_sentences() -> None:
    passages = split_document(document("## 甲 {#a}\n" + "这是一个句子。" * 200 + "\n"))
    assert len(passages) > 3
    assert all(passage.text.endswith("。") and estimate_tokens(passage.text) < 330 for passage in passages)
    assert "".join(passage.text for passage in passages) == "这是一个句子。" * 200


def test_a_section_without_text_makes_no_passage() -> None:
    assert ids(split_document(document("# A\n## B {#b}\n## C {#c}\ntext\n"))) == ["returns.zh#c"]


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_both_ends_of_the_period_count(day: date, inside: bool) -> None:
    dated = document("text\n", effective_from=date(2026, 1, 1), effective_to=date(2026, 6, 30))
    assert split_document(dated)[0].effective_on(day) is inside


def test_plain_text_has_no_marks() -> None:
    assert plain("**Free** [returns](http://x.y)\n\n| a | b |\n|---|:--|\n| 1 | -2 |\n- one\n1. two") == (
        "Free returns a b 1 -2 one two"
    )


BLOCKS = st.lists(
    st.sampled_from(
        ["para 文字" * 9, "- a\n- b", "| a |\n|---|\n| 1 |", "字。" * 300, "> q", "```\ncode\n```"]
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=50, deadline=None)
@given(blocks=BLOCKS)
def test_nothing_is_lost_and_ids_are_unique(blocks: list[str]) -> None:
    passages = split_document(document("## A {#a}\n" + "\n\n".join(blocks) + "\n"))
    assert len(set(ids(passages))) == len(passages)
    letters = "".join("".join(passage.text.split()) for passage in passages)
    assert letters == "".join("".join(blocks).split())
