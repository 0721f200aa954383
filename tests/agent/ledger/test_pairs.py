"""True and false paraphrases of the sample policies, as a small model writes them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from agent.types import Claim, Draft
from agent.verify import verify
from retrieval.documents import load_documents
from retrieval.passages import Passage, split_documents
from retrieval.search import Hit

HERE = Path(__file__).parent
POLICIES = HERE.parents[2] / "examples" / "policies"
PAIRS = [json.loads(line) for line in (HERE / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
# Measured: 236 of 256. Kept as what the product promises.
LEAST_TRUE = 0.85


@lru_cache(maxsize=1)
def passages() -> dict[str, Passage]:
    return {each.id: each for each in split_documents(load_documents(POLICIES)[0])}


def claim_of(pair: dict[str, Any]) -> Claim:
    passage = passages()[pair["passage"]]
    hit = Hit(passage, 0.9, 0.9, 0.9, 3.0, 1, 1)
    draft = Draft("policy", sentences=iter([pair["sentence"]]), hits=(hit,))
    return verify([draft], passage.language, lambda piece: None).claims[0]


@pytest.mark.parametrize(
    "pair", [each for each in PAIRS if not each["ok"]], ids=lambda pair: pair["sentence"]
)
def test_nothing_false_leaves(pair: dict[str, Any]) -> None:
    claim = claim_of(pair)
    assert not claim.supported and claim.why


@pytest.mark.parametrize("language", ["zh", "en"])
def test_most_of_what_is_true_leaves(language: str) -> None:
    true = [each for each in PAIRS if each["ok"] and each["language"] == language]
    dropped = {each["sentence"]: claim.why for each in true if not (claim := claim_of(each)).supported}
    assert len(dropped) <= (1 - LEAST_TRUE) * len(true), dropped


def test_there_are_pairs_enough() -> None:
    assert len(PAIRS) >= 160 and 0.4 <= sum(each["ok"] for each in PAIRS) / len(PAIRS) <= 0.6
    assert {each["language"] for each in PAIRS} == {"zh", "en"}


@pytest.mark.parametrize(
    "pair", [each for each in PAIRS if each["ok"]][::3], ids=lambda pair: pair["sentence"]
)
def test_what_supports_a_claim_stands_in_the_passage(pair: dict[str, Any]) -> None:
    claim = claim_of(pair)
    passage = passages()[pair["passage"]]
    for part in claim.parts:
        assert claim.sentence[part.start : part.end] == part.said
        if part.support and part.support.source.startswith("passage:"):
            assert passage.text[part.support.start : part.support.end] == part.support.quote
    if claim.supported:
        kinds = {part.kind for part in claim.parts if part.support is None}
        assert kinds <= {"rule"}
