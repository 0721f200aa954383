"""What `kefu eval complaints` counts, what it refuses, and that its sets are fit to measure with."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as some
from typer.testing import CliRunner, Result

from agent.understand.train.quality import comparable, near_pairs
from agent.understand.training import read_examples
from eval.complaints import (
    CLASSES,
    LANGUAGES,
    ComplaintSetError,
    Message,
    Read,
    read_messages,
    summary,
    wilson,
)
from service.cli_eval_complaints import complaints
from service.settings import Settings

SETS = Path("eval/sets")
TRAINING = Path("examples/training")


def read(sentiment: str, said: str, complaint: str = "none", taken_for: str = "none") -> Read:
    return Read(Message("a", "en", sentiment, complaint), taken_for, said)


def run(tmp_path: Path, *arguments: str | Path) -> Result:
    app = typer.Typer()

    @app.callback()
    def start(context: typer.Context) -> None:
        context.obj = Settings(data_dir=tmp_path / "data")

    app.command("complaints")(complaints)
    return CliRunner().invoke(app, ["complaints", *map(str, arguments)])


def test_only_the_opposite_is_the_wrong_side() -> None:
    found = summary(
        [
            read("positive", "negative"),
            read("negative", "positive"),
            read("negative", "neutral"),
            read("negative", "negative"),
            read("neutral", "negative"),
        ]
    )
    assert (found["wrong_side"]["count"], found["wrong_side"]["of"]) == (2, 4)
    assert (found["sided_as_neutral"]["count"], found["neutral_as_sided"]["count"]) == (1, 1)
    assert (found["neutral_as_sided"]["of"], found["sentiment_right"]["count"]) == (1, 1)


def test_none_is_a_class_like_the_others() -> None:
    found = summary(
        [
            read("neutral", "neutral"),
            read("negative", "negative", "price", "price"),
            read("negative", "negative", "price", "none"),
            read("neutral", "neutral", "none", "service"),
        ]
    )
    assert found["class_right"]["share"] == 0.5
    assert found["confusion"]["price"] == {"price": 1, "none": 1}
    assert found["confusion"]["none"] == {"none": 1, "service": 1}


@given(of=some.integers(1, 2000), data=some.data())
def test_the_interval_holds_the_share(of: int, data: some.DataObject) -> None:
    count = data.draw(some.integers(0, of))
    low, high = wilson(count, of)
    assert 0 <= low <= count / of + 1e-9 and count / of - 1e-9 <= high <= 1
    assert low < high


def test_the_interval_is_wilsons() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nothing", "not JSON"),
        ('{"text": " "}', "text: a non-empty string"),
        ('{"text": "a", "sentiment": "angry"}', "sentiment: 'angry'"),
        ('{"text": "a", "sentiment": "neutral", "complaint": "colour"}', "complaint: 'colour'"),
    ],
)
def test_a_bad_line_is_named_without_a_traceback(tmp_path: Path, line: str, why: str) -> None:
    wrong = tmp_path / "mine.jsonl"
    wrong.write_text(f"\n{line}\n", "utf-8")
    with pytest.raises(ComplaintSetError, match=f"mine.jsonl:2: {why}"):
        read_messages(wrong)


def test_an_unknown_split_or_language_is_refused_before_any_model_is_loaded(tmp_path: Path) -> None:
    assert "'all' is not one of tune, test" in run(tmp_path, "--split", "all").stderr
    assert "'fr' is not one of zh, en" in run(tmp_path, "--lang", "fr").stderr


def test_a_missing_file_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    result = run(tmp_path, "--file", tmp_path / "gone.jsonl")
    assert result.exit_code != 0 and "gone.jsonl" in result.output + result.stderr + str(result.exception)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_test_set_has_enough_of_every_class(lang: str) -> None:
    messages = read_messages(SETS / f"complaints.{lang}.test.jsonl")
    counts = Counter(message.complaint for message in messages)
    assert len(messages) >= 200 and min(counts[name] for name in CLASSES) >= 25
    assert {message.lang for message in messages} == {lang}
    assert all(message.sentiment == "negative" for message in messages if message.complaint != "none")
    assert min(Counter(message.sentiment for message in messages).values()) >= 20


@pytest.mark.slow
def test_no_measured_message_is_one_that_was_trained_on() -> None:
    trained = {comparable(e.text) for path in TRAINING.glob("*.train.jsonl") for e in read_examples(path)}
    splits = {
        split: {comparable(m.text) for lang in LANGUAGES for m in read_messages(SETS / f"complaints.{lang}.{split}.jsonl")}
        for split in ("tune", "test")
    }  # fmt: skip
    assert not splits["tune"] & splits["test"]
    held = splits["tune"] | splits["test"]
    texts = [*trained, *held]
    assert not held & trained
    assert not [1 for a, b in near_pairs(texts) if (texts[a] in held) != (texts[b] in held)]


def test_the_last_line_is_one_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.cli_eval_complaints._heads", lambda context: (None, None))
    monkeypatch.setattr(
        "eval.complaints.measure", lambda heads, embed, messages: ({"en": summary([read("neutral", "neutral")])}, [])
    )  # fmt: skip
    result = run(tmp_path, "--lang", "en", "--json")
    found = json.loads(result.stdout.splitlines()[-1])
    assert found["split"] == "test" and found["languages"]["en"]["class_right"]["share"] == 1.0
