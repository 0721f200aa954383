"""From conversations to training data: nothing is trained on that nobody has reviewed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.understand.train.collected import COLLECTED, masked, merge, proposals
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


def test_messages_come_once_the_least_sure_first_and_never_known_ones() -> None:
    heads = train(examples(), [], embed)
    texts = ["return the lamp", "Return the sofa", "return the sofa!", "zzz"]
    lines = proposals([(t, "en") for t in texts], heads.score_all(texts, embed(texts)), ["Return the lamp."])
    assert sorted(line["text"] for line in lines) == ["Return the sofa", "zzz"]
    assert [line["sure"] for line in lines] == sorted(line["sure"] for line in lines)
    assert not any(line["reviewed"] for line in lines)


def test_only_reviewed_lines_are_added_and_a_second_review_replaces_the_first(tmp_path: Path) -> None:
    waiting = {**LINE, "text": "换货", "reviewed": False}
    assert merge(write(tmp_path / "r.jsonl", LINE, waiting), tmp_path) == (1, 1)
    assert merge(write(tmp_path / "r.jsonl", {**LINE, "intents": ["return_status"]}), tmp_path) == (1, 0)
    found = read_examples(tmp_path / COLLECTED)
    assert [(e.text, e.intents) for e in found] == [("送修", ("return_status",))]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({**LINE, "act": "shout"}, "act: 'shout'"),
        ({**LINE, "reviewed": "yes"}, "reviewed: true or false"),
        ([], "reviewed: true or false"),
    ],
)
def test_a_wrong_line_changes_nothing(tmp_path: Path, line: object, said: str) -> None:
    merge(write(tmp_path / "r.jsonl", LINE), tmp_path)
    before = (tmp_path / COLLECTED).read_bytes()
    with pytest.raises(TrainingDataError, match=r"r\.jsonl:2: ") as caught:
        merge(write(tmp_path / "r.jsonl", {**LINE, "text": "new"}, line), tmp_path)
    assert said in str(caught.value)
    assert (tmp_path / COLLECTED).read_bytes() == before
