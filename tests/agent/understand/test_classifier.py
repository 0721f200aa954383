"""The classifiers of `kefu train`: the same for the same data, safe to load, with honest probabilities."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agent.understand.train.card import confusion_picture, measure
from agent.understand.train.classifier import ModelUnusable, TextClassifier
from agent.understand.train.rows import Row
from agent.understand.train.vectors import VectorCache
from agent.understand.training import TrainingDataError
from tests.agent.understand.makers import embed

GOOD = ("lovely {}, works fine", "great {}", "很好的{}，喜欢", "the {} is perfect")
BAD = ("awful {}, broken", "bad {}", "很差的{}，退货", "the {} is rubbish")
THINGS = ("lamp", "kettle", "rug", "jacket", "台灯", "书架", "帽子", "锅")
ROWS = [
    Row(pattern.format(thing), "en", (label,), "a:1")
    for thing in THINGS
    for label, patterns in (("good", GOOD), ("bad", BAD))
    for pattern in patterns
]


def fit(rows: list[Row] = ROWS, seed: int = 0) -> TextClassifier:
    return TextClassifier.fit(rows, embed([row.text for row in rows]), seed)


def said(model: TextClassifier, *texts: str) -> list[tuple[str, ...]]:
    return model.predict(model.probabilities(texts, embed(list(texts))))


def test_it_learns_and_its_probabilities_add_up() -> None:
    model = fit()
    assert said(model, "great sofa", "awful sofa, broken") == [("good",), ("bad",)]
    probabilities = model.probabilities(["great sofa"], embed(["great sofa"]))
    assert probabilities.sum() == pytest.approx(1)


def test_several_labels_can_be_predicted() -> None:
    rows = [Row(f"{a} and {b}", "en", tuple(sorted({a, b})), "a:1") for a in THINGS for b in THINGS]
    model = fit(rows)
    assert model.several
    assert said(model, "lamp and kettle") == [("kettle", "lamp")]


def test_the_same_data_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        fit().save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    fit(seed=1).save(tmp_path / "three")
    assert (tmp_path / "one").read_bytes() != (tmp_path / "three").read_bytes()


def test_a_loaded_model_says_the_same(tmp_path: Path) -> None:
    model = fit()
    model.save(tmp_path / "m.npz")
    texts = ["great sofa", "rubbish"]
    loaded = TextClassifier.load(tmp_path / "m.npz")
    assert np.array_equal(model.probabilities(texts, embed(texts)), loaded.probabilities(texts, embed(texts)))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", b"\x80\x04pickle"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.npz").write_bytes(content)
    with pytest.raises(ModelUnusable, match=r"m\.npz: not a model"):
        TextClassifier.load(tmp_path / "m.npz")


def test_too_little_data_is_refused() -> None:
    with pytest.raises(TrainingDataError, match="at least 20 rows and 2 labels"):
        fit(ROWS[:10])
    with pytest.raises(TrainingDataError, match="with 1 labels"):
        fit([row for row in ROWS if row.labels == ("good",)])


def test_measurements_of_a_perfect_and_a_wrong_model() -> None:
    gold = np.eye(2)
    assert measure(gold, gold, [("a",), ("b",)], ["a", "b"]).accuracy == 1
    wrong = measure(gold, gold[::-1], [("b",), ("a",)], ["a", "b"])
    assert (wrong.accuracy, wrong.macro_f1, wrong.ece) == (0, 0, 1)


def test_the_picture_is_the_same_for_the_same_numbers(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        confusion_picture(["x", "书籍"], ["x", "x"], "t", tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_vectors_are_computed_once_and_damage_is_mended(tmp_path: Path) -> None:
    asked: list[str] = []

    def counting(texts: list[str]) -> np.ndarray:
        asked.extend(texts)
        return embed(texts)

    cache = VectorCache(tmp_path, "m", counting)
    first = cache.vectors(["a", "b", "a"])
    assert sorted(asked) == ["a", "b"]
    assert np.array_equal(VectorCache(tmp_path, "m", counting).vectors(["b", "a"]), first[[1, 0]])
    assert len(asked) == 2
    assert len(VectorCache(tmp_path, "other", counting).vectors(["a"])) == 1
    for path in tmp_path.rglob("*.npz"):
        path.write_bytes(path.read_bytes()[:40])
    assert np.array_equal(VectorCache(tmp_path, "m", counting).vectors(["a", "b", "a"]), first)
