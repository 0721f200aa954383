"""The default embedding as it was pulled: the vectors mean something, in and across two languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.catalogue import DEFAULT_EMBEDDING
from models.errors import MissingModel
from models.fingerprint import fingerprint
from models.resolve import resolve_embedding

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

pytestmark = pytest.mark.model

MODELS = Path(__file__).parents[2] / ".kefu" / "models"


@pytest.fixture(scope="module")
def folder() -> Path:
    try:
        return resolve_embedding(DEFAULT_EMBEDDING, MODELS)
    except MissingModel as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def model(folder: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu")


def test_vectors_are_unit_vectors_of_384_dimensions(model: SentenceTransformer) -> None:
    vectors = model.encode(["query: 退货", "query: return an item", "query: " + "long " * 2000])
    assert vectors.shape == (3, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("question", "same", "other"),
    [
        ("怎么退货？", "我想把买的东西退掉", "你们几点开门？"),
        ("How do I return this?", "I want to send my purchase back", "What time do you open?"),
        ("怎么退货？", "How do I return an item?", "What time do you open?"),
        ("Where is my parcel?", "我的包裹到哪里了？", "可以开发票吗？"),
    ],
)
def test_a_paraphrase_is_nearer_than_another_question(
    model: SentenceTransformer, question: str, same: str, other: str
) -> None:
    vectors = model.encode([f"query: {text}" for text in (question, same, other)])
    assert float(vectors[0] @ vectors[1]) > float(vectors[0] @ vectors[2]) + 0.02


def test_the_marker_names_the_vectors(folder: Path) -> None:
    marker = json.loads((folder / "kefu.json").read_text(encoding="utf-8"))
    assert marker["fingerprint"] == fingerprint(folder)
    assert marker["source"]["from"]
