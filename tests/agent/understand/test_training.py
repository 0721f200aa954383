from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agent.understand.heads import script_of
from agent.understand.training import (
    CALM,
    TrainingDataError,
    _feels,
    data_fingerprint,
    read_examples,
    train,
)
from tests.agent.understand.makers import embed, example, examples

TRAINING = Path("examples/training")
GOOD = {
    "text": "退货", "lang": "zh", "intents": ["return_item"], "act": "request", "sentiment": "neutral",
    "complaint": None, "urgent": False,
}  # fmt: skip


def write(path: Path, *rows: object) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_file_is_read_and_blank_lines_are_skipped(tmp_path: Path) -> None:
    found = read_examples(write(tmp_path / "a.jsonl", GOOD, "", {**GOOD, "text": "换货", "urgent": True}))
    assert [(e.text, e.complaint, e.urgent) for e in found] == [
        ("退货", "none", False),
        ("换货", "none", True),
    ]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("{", "not JSON"),
        ("[]", "text"),
        ({**GOOD, "text": "  "}, "text"),
        ({**GOOD, "text": 7}, "text"),
        ({**GOOD, "intents": ["fly"]}, "intents: 'fly'"),
        ({**GOOD, "intents": "return_item"}, "intents: a list"),
        ({**GOOD, "intents": [["x"]]}, "intents: a list"),
        ({**GOOD, "act": "shout"}, "act: 'shout'"),
        ({**GOOD, "sentiment": "meh"}, "sentiment: 'meh'"),
        ({**GOOD, "complaint": "weather"}, "complaint: 'weather'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, row: object, named: str) -> None:
    path = write(tmp_path / "zh.train.jsonl", GOOD, "", row)
    with pytest.raises(TrainingDataError, match=r"zh\.train\.jsonl:3: ") as caught:
        read_examples(path)
    assert named in str(caught.value)


def test_the_same_data_gives_the_same_heads() -> None:
    one, two = (train(examples(), examples()[:10], embed) for _ in range(2))
    texts = ["return it", "好的", "where?"]
    assert one.score_all(texts, embed(texts)) == two.score_all(texts, embed(texts))


def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        train(examples(), examples()[:25], embed).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_each_language_learns_from_its_own_messages() -> None:
    rows = examples()
    # English as it was taught, Chinese all wrong: one would sharpen, the other blunt the heads of both.
    wrong = {"act": "affirm", "sentiment": "negative", "complaint": "quality", "urgent": True}
    tune = [one if script_of(one.text) == "en" else replace(one, **wrong) for one in rows]
    both = train(rows, tune, embed)
    assert set(both.by_language) == {"zh", "en"}
    for language, heads in both.by_language.items():
        alone = train(
            *([one for one in part if script_of(one.text) == language] for part in (rows, tune)), embed
        )
        assert alone.by_language.keys() == {language}
        texts = [one.text for one in rows if script_of(one.text) == language]
        assert heads.score_all(texts, embed(texts)) == alone.score_all(texts, embed(texts))


def test_the_script_decides_not_the_field() -> None:
    mislabelled = [replace(one, lang="fr") for one in examples()]
    texts = ["return it", "好的"]
    one, two = (
        train(rows, rows[:10], embed).score_all(texts, embed(texts)) for rows in (examples(), mislabelled)
    )
    assert one == two


@pytest.mark.parametrize("few", [0, 1, 4])
def test_a_language_with_too_few_messages_is_served_by_the_other(few: int) -> None:
    english = [one for one in examples() if script_of(one.text) == "en"]
    chinese = [example(f"退货{n}", "repair") for n in range(few)]
    felt = [replace(one, text=f"差{n}", whole=False, act="", intents=()) for n, one in enumerate(english)]
    heads = train([*chinese, *english, *felt], [*english[:5], *chinese], embed)
    assert len(heads.by_language) == 1
    scores = heads.score("退货", embed(["退货"])[0])
    assert ("repair" in {one.label for one in scores.intents}) == bool(few)
    assert "return_item" in {one.label for one in scores.intents}


def test_two_languages_that_are_both_too_small_learn_together() -> None:
    rows = [
        *(example(f"return {n}", "return_item") for n in "abc"),
        *(example(f"送修{n}", "repair") for n in "abc"),
    ]
    heads = train(rows, rows, embed)
    assert len(heads.by_language) == 1
    assert {one.label for one in heads.score("?", embed(["?"])[0]).intents} == {"return_item", "repair"}


def test_what_a_language_never_says_is_not_among_its_labels() -> None:
    chinese = [example(f"好的{n}", act="affirm") for n in range(6)]
    heads = train([*chinese, *examples()[:20]], [*chinese[:3], example("退货", "return_item")], embed)
    scores = heads.score("退货", embed(["退货"])[0])
    assert (scores.intents, scores.predicted) == ((), set())
    assert [one.label for one in scores.act] == ["affirm"] and scores.act[0].probability > 0.99
    assert [one.label for one in scores.complaint] == ["none"]
    other = heads.score("return the lamp", embed(["return the lamp"])[0])
    assert other.predicted == {"return_item"} and len(other.act) == 3


def test_training_works_without_a_tune_split_and_with_one_class() -> None:
    same = [example(f"return {n}", "return_item") for n in "abcdef"]
    scores = train(same, [], embed).score("return it", embed(["return it"])[0])
    assert scores.act[0].label == "request"
    assert scores.act[0].probability > 0.99
    assert scores.urgent < 0.01


def test_two_classes_are_both_known() -> None:
    scores = train(examples(), [], embed).score("yes, the lamp", embed(["yes, the lamp"])[0])
    assert {one.label for one in scores.complaint} == {"quality", "none"}
    assert scores.complaint[0].label == "none"


def test_too_few_examples_are_refused() -> None:
    with pytest.raises(TrainingDataError, match="at least 5"):
        train(examples()[:4], [], embed)


def test_a_message_without_intents_and_act_teaches_only_the_rest(tmp_path: Path) -> None:
    felt = {"lang": "en", "sentiment": "negative", "complaint": "logistics", "urgent": True}
    rows = [{"text": f"the parcel is lost again {n}", **felt} for n in range(6)]
    partial = read_examples(write(tmp_path / "felt.jsonl", *rows))
    assert not any(each.whole for each in partial)
    texts = ["the parcel is lost again", "return the lamp", "好的"]
    alone, both = (
        train(each, examples()[:10], embed).score_all(texts, embed(texts))
        for each in (examples(), partial + examples())
    )
    assert both[0].complaint[0].label == "logistics"
    assert {one.label for one in both[0].act} == {one.label for one in alone[0].act}
    assert [one.act[0].label for one in both[1:]] == [one.act[0].label for one in alone[1:]]
    with pytest.raises(TrainingDataError, match="at least 5"):
        train(partial + examples()[:4], [], embed)


def test_intents_without_an_act_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="act: ''"):
        read_examples(write(tmp_path / "a.jsonl", {key: GOOD[key] for key in GOOD if key != "act"}))


def test_the_fingerprint_follows_data_and_embedding(tmp_path: Path) -> None:
    a, b = write(tmp_path / "a", GOOD), write(tmp_path / "b", {**GOOD, "text": "换"})
    first = data_fingerprint([a, b], "e5")
    assert first == data_fingerprint([b, a], "e5")
    assert first != data_fingerprint([a, b], "other")
    assert first != data_fingerprint([a], "e5")


@pytest.mark.parametrize("path", sorted(TRAINING.glob("??.*.jsonl")), ids=lambda path: path.name)
def test_every_shipped_example_is_valid(path: Path) -> None:
    assert len(read_examples(path)) > 100


def test_no_held_out_message_is_trained_on() -> None:
    texts = {
        split: {
            e.text.strip().lower() for path in TRAINING.glob(f"??.{split}.jsonl") for e in read_examples(path)
        }
        for split in ("train", "tune", "test")
    }
    assert len(texts["train"]) > 3000
    assert not texts["train"] & texts["tune"]
    assert not texts["train"] & texts["test"]


def test_of_calm_messages_some_teach_what_the_others_are() -> None:
    calm = [example(f"where is parcel {number}", "tracking") for number in range(7)]
    glad = example("lovely lamp", "praise", sentiment="positive")
    cross = example("it broke", "complaint", sentiment="negative", complaint="quality")
    rows = _feels([calm[0], glad, *calm[1:], cross])
    kept = 1 + (len(calm) - 1) // CALM
    assert {1, 8} <= set(rows.tolist()) and len(rows) == 2 + kept
