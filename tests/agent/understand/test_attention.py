"""Reading token by token: what is computed for a message is what was trained, and two wishes are both heard."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understand.attention import SUREST, Attention, names
from agent.understand.attention_training import _outputs, attend
from agent.understand.heads import Heads, HeadsUnusable
from agent.understand.training import train
from retrieval.hidden import HiddenRows
from tests.agent.understand.makers import embed, embed_tokens, examples

LABELS = {"intents": ["return_item", "tracking", ""], "act": ["question", "request"]}
# What each of these tokens stands for is all that there is to learn.
WORDS = {"return_item": 0, "tracking": 1, "question": 2, "request": 3}


def sentence(rng: random.Random, *meant: str) -> np.ndarray:
    """Tokens of twelve dimensions: those that say what is meant, among others that say nothing."""
    said = [WORDS[each] for each in meant] + [rng.randrange(4, 12) for _ in range(rng.randrange(3, 9))]
    rng.shuffle(said)
    return np.eye(12, dtype=np.float16)[said]


def taught(count: int, seed: int) -> tuple[list[np.ndarray], list[tuple[str, ...]], list[str]]:
    rng = random.Random(seed)
    intents = [
        rng.choice([(), ("return_item",), ("tracking",), ("return_item", "tracking")]) for _ in range(count)
    ]
    acts = [rng.choice(LABELS["act"]) for _ in range(count)]
    tokens = [sentence(rng, *wanted, act) for wanted, act in zip(intents, acts, strict=True)]
    return tokens, intents, acts


@pytest.fixture(scope="module")
def attention() -> Attention:
    return attend(*taught(1500, 1), LABELS)


def test_each_label_finds_its_words_wherever_they_stand_and_two_both_theirs(attention: Attention) -> None:
    tokens, intents, acts = taught(100, 2)
    found = attention.log_odds(tokens, LABELS)
    wanted = [[each in row for each in LABELS["intents"][:2]] + [not row] for row in intents]
    assert ((found["intents"] > 0) == np.array(wanted)).all()
    assert [LABELS["act"][place] for place in found["act"].argmax(axis=1)] == acts
    assert np.allclose(np.exp(found["act"]).sum(axis=1), 1, atol=0.01)


def test_one_message_is_computed_as_it_was_trained(
    attention: Attention, monkeypatch: pytest.MonkeyPatch
) -> None:
    for dropping in ("DROPPED", "HIDDEN_TOKENS"):
        monkeypatch.setattr(f"agent.understand.attention_training.{dropping}", 0.0)
    weights = {name: torch.from_numpy(getattr(attention, name)) for name in names()}
    tokens = taught(20, 4)[0]
    longest = max(map(len, tokens))
    seen = np.stack([np.pad(each, ((0, longest - len(each)), (0, 0))) for each in tokens]).astype(np.float32)
    mask = np.array([[at < len(each) for at in range(longest)] for each in tokens], dtype=np.float32)
    trained = _outputs(weights, torch.from_numpy(seen), torch.from_numpy(mask), torch.Generator()).numpy()
    served = attention.log_odds(tokens, LABELS)
    assert np.allclose(np.clip(trained[:, :3], -SUREST, SUREST), served["intents"], atol=1e-3)
    acts = torch.log_softmax(torch.from_numpy(trained[:, 3:]), 1).numpy()
    assert np.allclose(np.maximum(acts, -SUREST), served["act"], atol=1e-3)


def test_the_same_messages_teach_the_same(attention: Attention) -> None:
    again = attend(*taught(1500, 1), LABELS)
    assert all(np.array_equal(getattr(attention, name), getattr(again, name)) for name in names())
    with pytest.raises(ValueError, match="no messages"):
        attend([], [], [], LABELS)


def test_a_label_that_nobody_taught_is_as_unlikely_as_can_be(attention: Attention) -> None:
    found = attention.log_odds(taught(5, 5)[0], {"intents": ["repair", "tracking"], "act": ["affirm"]})
    assert (found["intents"][:, 0] == -SUREST).all() and (found["act"] == -SUREST).all()


def test_weights_that_do_not_fit_are_refused(attention: Attention) -> None:
    with pytest.raises(ValueError, match=r"bias: shape \(4,\), \(5,\) is needed"):
        replace(attention, bias=attention.bias[:4])
    labels, arrays = attention.stored()
    with pytest.raises(ValueError, match="beside: 1 dimensions, 3 are needed"):
        Attention.from_stored(labels, {**arrays, "beside": arrays["bias"]})
    with pytest.raises(KeyError):
        Attention.from_stored(labels, {})
    for tokens in (np.zeros((0, 12), np.float16), np.zeros((3, 11), np.float16), np.zeros(12, np.float16)):
        with pytest.raises(ValueError, match="is needed"):
            attention.log_odds([tokens], LABELS)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.floats(-1e4, 1e4, width=16))
def test_whatever_the_tokens_the_odds_are_numbers(length: int, value: float) -> None:
    heads = _heads()
    rows = HiddenRows(embed(["x"]).pooled, [np.full((length, 24), value, dtype=np.float16)])
    (scores,) = heads.score_all(["x"], rows)
    assert all(0 <= each.probability <= 1 for each in scores.intents)
    assert sum(each.probability for each in scores.act) == pytest.approx(1)


def test_heads_with_tokens_are_stored_and_read_again(tmp_path: Path) -> None:
    heads, texts = _heads(), ["return the lamp and where is it?", "退货", "yes"]
    heads.save(tmp_path / "heads.npz")
    loaded = Heads.load(tmp_path / "heads.npz")
    assert loaded.score_all(texts, embed_tokens(texts)) == heads.score_all(texts, embed_tokens(texts))
    alone = heads.score_all(texts, embed(texts))
    assert alone != heads.score_all(texts, embed_tokens(texts)), "the tokens have a say"
    assert Heads(heads.by_language).score_all(texts, embed_tokens(texts)) == alone


def test_tokens_of_another_model_are_refused() -> None:
    with pytest.raises(HeadsUnusable, match="kefu setup"):
        _heads().score_all(["x"], HiddenRows(embed(["x"]).pooled, [np.ones((2, 5), dtype=np.float16)]))
    with pytest.raises(ValueError, match="2 texts, tokens of 1"):
        HiddenRows(embed(["x", "y"]).pooled, [np.ones((2, 5), dtype=np.float16)])


_TRAINED: list[Heads] = []


def _heads() -> Heads:
    if not _TRAINED:
        _TRAINED.append(train(examples(), examples()[:10], embed_tokens))
    return _TRAINED[0]
