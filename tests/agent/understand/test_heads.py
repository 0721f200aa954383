from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example as also
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understand.evidence import joined, pair_features
from agent.understand.heads import Heads, HeadScores, HeadsUnusable, script_of
from agent.understand.similarity import simplified
from agent.understand.training import train
from tests.agent.understand.makers import WIDTH, embed, examples

HEADS = train(examples(), examples()[:10], embed)


def score(text: str, heads: Heads = HEADS) -> HeadScores:
    return heads.score(text, embed([text])[0])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
@also("")
@also(" \n\t")
@also("😀" * 50)
@also("退" * 4000)
@also("where is my lamp " * 250)
@also("أين طلبي؟ اريد ارجاع المنتج")
@also("\u202eתוריזחה\u202c")
@also("\ud800 half a character")
@also("0" * 5000 + "@")
def test_any_text_gets_probabilities_in_order(text: str) -> None:
    scores = score(text)
    for ranked in (scores.act, scores.intents, scores.sentiment, scores.complaint):
        shares = [one.probability for one in ranked]
        assert shares == sorted(shares, reverse=True)
        assert all(0 <= share <= 1 for share in shares)
    for single in (scores.act, scores.sentiment, scores.complaint):
        assert math.isclose(sum(one.probability for one in single), 1, abs_tol=1e-6)
    assert 0 <= scores.urgent <= 1
    assert scores.predicted <= {"return_item", "tracking", "complaint"}


def test_similar_messages_get_the_labels_of_what_was_learned() -> None:
    assert score("return the sofa").predicted == {"return_item"}
    assert score("where is my sofa now?").act[0].label == "question"
    assert score("the sofa is rubbish!!").sentiment[0].label == "negative"
    assert score("the sofa is rubbish!!").complaint[0].label == "quality"
    assert score("return the sofa and where is it?").predicted == {"return_item", "tracking"}
    assert score("yes, the sofa").predicted == set()


def test_heads_know_how_many_messages_hold_a_word_or_two_side_by_side() -> None:
    found = HEADS.frequencies()
    texts = [one.text for one in examples()]
    assert found["return"] == sum("return" in text for text in texts)
    assert found["return the"] == sum("return the" in text for text in texts)
    assert "sofa" not in found


def test_a_word_of_both_languages_is_counted_in_both() -> None:
    both, english, chinese = (
        heads.frequencies() for heads in (HEADS, *(HEADS.by_language[name] for name in ("en", "zh")))
    )
    assert set(both) == {*english, *chinese}
    assert both["return"] == english["return"] + chinese["return"]
    assert both["lamp"] == english["lamp"] and both["台灯"] == chinese["台灯"]


def test_one_by_one_and_all_at_once_agree() -> None:
    texts = [one.text for one in examples()[:6]]
    together = HEADS.score_all(texts, embed(texts))
    for text, scores in zip(texts, together, strict=True):
        alone = score(text)
        assert [one.label for one in alone.act] == [one.label for one in scores.act]
        assert alone.intents[0].probability == pytest.approx(scores.intents[0].probability, abs=1e-5)


@pytest.mark.parametrize("languages", [{"zh", "en"}, {"zh"}, {"en"}])
def test_what_is_saved_scores_the_same(tmp_path: Path, languages: set[str]) -> None:
    path = tmp_path / "heads.bin"
    heads = Heads({name: part for name, part in HEADS.by_language.items() if name in languages})
    heads.save(path)
    loaded = Heads.load(path)
    texts = ["return the sofa, 退货", "where is my lamp", "好的", ""]
    assert loaded.score_all(texts, embed(texts)) == heads.score_all(texts, embed(texts))
    assert loaded.frequencies() == heads.frequencies()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["heads.bin"]


def test_a_message_goes_to_the_heads_of_its_script() -> None:
    chinese, english = (Heads({name: HEADS.by_language[name]}) for name in ("zh", "en"))
    for text in ("退货", "return the 台灯", "㐀"):
        assert script_of(text) == "zh"
        assert score(text) == score(text, chinese) != score(text, english)
    for text in ("return the lamp", "W1234567", "？！", "", "أين طلبي؟"):
        assert script_of(text) == "en"
        assert score(text) == score(text, english) != score(text, chinese)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.sampled_from(["return the sofa", "退货", "where is my rug", "帽子在哪", "", "ok"]), max_size=12
    )
)
def test_many_are_scored_in_their_order(texts: list[str]) -> None:
    for text, found in zip(texts, HEADS.score_all(texts, embed(texts)), strict=True):
        alone = score(text)
        assert [one.label for one in found.sentiment] == [one.label for one in alone.sentiment]
        for one, other in zip(found.act, alone.act, strict=True):
            assert one.probability == pytest.approx(other.probability, abs=1e-5)


def test_each_text_has_its_vector() -> None:
    with pytest.raises(ValueError, match="1 texts, 2 vectors"):
        HEADS.score_all(["退货"], embed(["退货", "好的"]))


@pytest.mark.parametrize("names", [(), ("fr",), ("zh", "fr")])
def test_heads_are_of_our_languages(names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="zh or en or both are needed"):
        Heads({name: HEADS.by_language["zh"] for name in names})  # type: ignore[misc]


def test_saving_again_replaces_the_file(tmp_path: Path) -> None:
    path = tmp_path / "heads.bin"
    path.write_bytes(b"old")
    HEADS.save(path)
    assert Heads.load(path)


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "cut", "flipped", "pickle", "one language"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "heads.bin"
    HEADS.save(path)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[whole.index(b"anchors.npy") + 400] ^= 0xFF
    changed = {"empty": b"", "text": b"not heads", "cut": whole[: len(whole) // 2], "flipped": bytes(flipped)}
    if damage == "missing":
        path.unlink()
    elif damage == "pickle":
        with path.open("wb") as file:
            np.savez(file, about=np.array([{"format": 1}], dtype=object))
    elif damage == "one language":
        with np.load(path) as stored:
            kept = {name: stored[name] for name in stored.files if not name.startswith("zh.")}
        with path.open("wb") as file:
            np.savez(file, **kept)
    else:
        path.write_bytes(changed[damage])
    with pytest.raises(HeadsUnusable, match=r"heads\.bin cannot be used"):
        Heads.load(path)


def test_a_file_of_another_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "heads.bin"
    HEADS.save(path)
    monkeypatch.setattr("agent.understand.heads.FORMAT", 99)
    with pytest.raises(HeadsUnusable, match="format 3, this version reads 99"):
        Heads.load(path)


def test_vectors_of_another_width_are_refused() -> None:
    with pytest.raises(HeadsUnusable, match=f"width {WIDTH}, got 5"):
        HEADS.score("hello", np.ones(5, dtype=np.float32))


def test_which_number_it_is_does_not_matter() -> None:
    assert simplified("Where is W1234567?") == simplified("where is #7654321?")
    assert simplified("mail a@b.com") == simplified("mail someone.else@example.org")
    assert simplified("退3件") == simplified("退12件") != simplified("退件")


@pytest.mark.parametrize("text", ["退货，还有发票", "cancel it and refund me", "a. B"])
def test_parts_of_a_message_are_seen(text: str) -> None:
    assert joined(text) == 1.0


@pytest.mark.parametrize("text", ["退货", "cancel it.", "grandma's lamp"])
def test_one_part_is_one_part(text: str) -> None:
    assert joined(text) == 0.0


def test_pair_features_tell_rivals_apart() -> None:
    features = pair_features(np.array([[0.9, 0.4, 0.1, 0.2]]), np.array([1.0]))
    own, rival, nothing, third, first, runner_up = features[:, :6].T
    assert own.tolist() == [0.9, 0.4, 0.1]
    assert rival.tolist() == [0.4, 0.9, 0.9]
    assert nothing.tolist() == [0.2] * 3
    assert third.tolist() == [0.1] * 3
    assert first.tolist() == [1, 0, 0]
    assert runner_up.tolist() == [0, 1, 0]


def test_what_is_summed_beforehand_comes_to_the_same() -> None:
    texts = ["return the sofa", "where is W1234567???", "我要退货，另外发票呢", ""]
    similarity, vectors = HEADS.by_language["en"].weighed.similarity, embed(texts)
    weights = np.random.default_rng(0).normal(size=(len(similarity.anchors), 5)).astype(np.float32)
    expected = similarity.rows(texts, vectors) @ weights
    np.testing.assert_allclose(similarity.weighed(weights)(texts, vectors), expected, rtol=1e-4, atol=1e-4)


def test_a_handicap_moves_one_label_of_one_head_and_keeps_the_order_of_the_others() -> None:
    text = "return the lamp"
    english = HEADS.by_language["en"]
    plain = Heads({"en": english.with_handicap({"complaint": ("none", 0.0)})})
    held_back = Heads({
        "en": english.with_handicap({"complaint": ("none", 50.0), "sentiment": ("unknown", 9.0)})
    })  # fmt: skip
    assert score(text, plain) == score(text)
    assert score(text).complaint[0].label == "none"
    assert score(text, held_back).complaint[0].label == "quality"
    assert score(text, held_back).sentiment == score(text).sentiment
    assert score(text, held_back).predicted == score(text).predicted
