"""From conversations to training data: nothing is trained on that nobody has reviewed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agent.understand.masking import masked
from agent.understand.train.collected import COLLECTED, merge, merged, new_messages, proposals
from agent.understand.train.quality import comparable
from agent.understand.training import TrainingDataError, read_examples, train
from tests.agent.understand.makers import embed, examples

LINE = {
    "text": "送修", "lang": "zh", "intents": ["repair"], "act": "request", "sentiment": "neutral",
    "complaint": None, "urgent": False, "reviewed": True, "sure": 0.4,
}  # fmt: skip


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_addresses_and_long_numbers_do_not_leave_the_database() -> None:
    assert masked("我的邮箱li.wen@shop.cn，电话13912345678") == "我的邮箱someone@example.com，电话12345678901"
    assert masked("退2件 W7654321") == "退2件 W1234567"
    assert masked("ｌｉ＠ｓｈｏｐ．ｃｎ １３９８８８８６６６６") == "someone@example.com 12345678901"
    assert masked("李雯@shop.cn. Bye!") == "李雯someone@example.com. Bye!"
    assert masked("call (555) 867-5309, paid 1299.00 on line 3\u2028now") == (
        "call (123) 456-7890, paid 1299.00 on line 3 now"
    )


@given(
    before=st.sampled_from(["", "电话", "W", "it is ", "+86 ", "No. "]),
    digits=st.text("0123456789", min_size=5, max_size=40),
    between=st.sampled_from(["", " ", "-", "\u2013", ") "]),
    after=st.sampled_from(["", "。", " thanks", "X"]),
)
def test_no_long_number_is_told_however_it_is_written(
    before: str, digits: str, between: str, after: str
) -> None:
    assume(digits not in "1234567890" * 6)
    found = masked(before + between.join(digits) + after)
    assert digits not in "".join(filter(str.isdigit, found))
    assert masked(found) == found


def test_messages_come_once_and_never_known_ones() -> None:
    texts = ["return the lamp", "Return the sofa", "return the sofa!", "", "zzz"]
    found = new_messages([(text, "en") for text in texts], {comparable("Return the lamp.")})
    assert found == [("Return the sofa", "en"), ("zzz", "en")]


def test_the_least_sure_come_first_and_nothing_is_reviewed_yet() -> None:
    heads = train(examples(), [], embed)
    texts = ["return the lamp", "where is my rug now?", "zzz"]
    lines = proposals([(t, "en") for t in texts], heads.score_all(texts, embed(texts)))
    assert sorted(line["text"] for line in lines) == sorted(texts)
    assert [line["sure"] for line in lines] == sorted(line["sure"] for line in lines)
    assert not any(line["reviewed"] for line in lines)
    returned = next(line for line in lines if line["text"] == "return the lamp")
    assert (returned["lang"], returned["intents"], returned["urgent"]) == ("en", ["return_item"], False)


def test_only_reviewed_lines_are_added_and_a_second_review_replaces_the_first(tmp_path: Path) -> None:
    waiting = {**LINE, "text": "换货", "reviewed": False}
    assert merge(write(tmp_path / "r.jsonl", LINE, waiting), tmp_path) == (1, 1)
    assert merge(write(tmp_path / "r.jsonl", {**LINE, "intents": ["return_status"]}), tmp_path) == (1, 0)
    found = read_examples(tmp_path / COLLECTED)
    assert [(e.text, e.intents) for e in found] == [("送修", ("return_status",))]


def test_where_nothing_is_reviewed_nothing_is_made(tmp_path: Path) -> None:
    assert merge(write(tmp_path / "r.jsonl", {**LINE, "reviewed": False}), tmp_path) == (0, 1)
    assert not (tmp_path / COLLECTED).exists()


def test_what_an_editor_does_to_the_file_is_no_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", {**LINE, "text": " 送\u2028修 "}, {**LINE, "text": "换货"})
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n\r\n"))
    assert merge(path, tmp_path) == (2, 0)
    assert [e.text for e in read_examples(tmp_path / COLLECTED)] == ["送 修", "换货"]


def test_a_text_for_measuring_is_not_trained_on(tmp_path: Path) -> None:
    write(tmp_path / "zh.test.jsonl", {**LINE, "text": "送修！"})
    with pytest.raises(TrainingDataError, match=r"r\.jsonl:1: zh\.test\.jsonl has this text"):
        merge(write(tmp_path / "r.jsonl", LINE), tmp_path)
    assert not (tmp_path / COLLECTED).exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({**LINE, "act": "shout"}, "act: 'shout'"),
        ({**LINE, "intents": ["repair", "mend"]}, "intents: 'mend'"),
        ({**LINE, "intents": "repair"}, "intents: a list"),
        ({**LINE, "lang": "fr"}, "lang: 'fr'"),
        ({**LINE, "complaint": "noise"}, "complaint: 'noise'"),
        ({**LINE, "urgent": "no"}, "urgent: true or false"),
        ({**LINE, "text": " \u200b"}, "text: a non-empty string"),
        ({**LINE, "text": "\ud800"}, "text: half of a surrogate pair"),
        ({**LINE, "reviewed": "yes"}, "reviewed: true or false"),
        ({**LINE, "reviewed": False, "act": "shout"}, "act: 'shout'"),
        ({**LINE, "text": "NEW!", "urgent": True}, "the same text as r.jsonl:1, with other labels"),
        ([], "reviewed: true or false"),
    ],
)
def test_a_wrong_line_is_named_and_changes_nothing(tmp_path: Path, line: object, said: str) -> None:
    merge(write(tmp_path / "r.jsonl", LINE), tmp_path)
    before = (tmp_path / COLLECTED).read_bytes()
    with pytest.raises(TrainingDataError, match=r"r\.jsonl:2: ") as caught:
        merge(write(tmp_path / "r.jsonl", {**LINE, "text": "new"}, line), tmp_path)
    assert said in str(caught.value)
    assert (tmp_path / COLLECTED).read_bytes() == before


@pytest.mark.parametrize(
    ("data", "said"),
    [("好".encode("gbk"), "not UTF-8"), (b'{"text": ', "not JSON"), (b"[" * 100_000, "not JSON")],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, data: bytes, said: str) -> None:
    path = write(tmp_path / "r.jsonl", LINE)
    path.write_bytes(path.read_bytes() + b"\n\n" + data)
    with pytest.raises(TrainingDataError, match=rf"r\.jsonl:3: {said}"):
        merge(path, tmp_path)
    assert not (tmp_path / COLLECTED).exists()


@pytest.mark.parametrize("error", [TrainingDataError("no"), KeyboardInterrupt()])
def test_what_fails_after_the_merge_undoes_it(tmp_path: Path, error: BaseException) -> None:
    for there in (False, True):
        if there:
            merge(write(tmp_path / "r.jsonl", LINE), tmp_path)
        before = [(path.name, path.read_bytes()) for path in sorted(tmp_path.glob("*.train.*"))]
        assert len(before) == there
        with pytest.raises(type(error)), merged(write(tmp_path / "s.jsonl", {**LINE, "text": "b"}), tmp_path):
            assert (tmp_path / COLLECTED).exists()
            raise error
        assert [(path.name, path.read_bytes()) for path in sorted(tmp_path.glob("*.train.*"))] == before
