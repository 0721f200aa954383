"""From similarities to one order and one probability, both learned from questions with known answers.

1. *Fusion*: a weighted sum of a topic's `FEATURES`; the weights maximise the softmax probability of the
   right topics among all (conditional logistic regression).
2. *Answerability*: logistic regression over the `EVIDENCE` of the best topic, fitted on questions of
   which some have no answer in the documents.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.arrays import Numbers
from retrieval.documents import Language
from retrieval.errors import QuestionFileError

FEATURES = (
    "text", "question", "keyword", "coverage", "learned_text", "learned_question", "learned_near", "translated",
)  # fmt: skip
"""`text`, `question`: best cosine with a topic's texts and questions, less the query's mean cosine in
its language;
`keyword`: BM25 of its best passage, squashed to 0..1; `coverage`: share of the query's words, by rarity,
that its best passage holds;
`learned_text`, `learned_question`: best cosines after the projection of `retrieval.learned`; `learned_near`:
the mean of the best three with its questions;
`translated`: as `keyword`, of the query's words in the other language by `retrieval.glossary`."""

EVIDENCE = (
    "text", "question", "keyword", "spread", "lead", "coverage", "best", "learned_text", "learned_question",
    "learned_near", "translated", "unanswered", "unanswered_near",
)  # fmt: skip
"""Of the best topic: its two cosines and its keyword feature; the standard deviation of all fused scores
(a query about nothing here likes everything alike); its lead over the mean of the next nine; its coverage,
its fused score, its learned features;
`unanswered`, `unanswered_near`: the projected cosine with the nearest tune question that no document answers,
and the mean with the three nearest."""

# Cosines of one model lie within a few tenths; without a scale the penalty would flatten their weights.
FEATURE_SCALE = np.array([10.0, 10.0, 1.0, 1.0, 5.0, 5.0, 5.0, 1.0])
EVIDENCE_SCALE = np.array([10.0, 10.0, 1.0, 1.0, 0.3, 1.0, 0.3, 5.0, 5.0, 5.0, 1.0, 5.0, 5.0])
NEAR = 3
NEXT = 9
PENALTY = 0.01
FOLDS = 5
REFUSED, ANSWERED = 0.03, 0.05
"""What is allowed of answerable questions refused and of unanswerable ones answered: the first weighs more."""
PRECISE = {"ftol": 1e-13, "gtol": 1e-8}


class Figures(Protocol):
    """The topics measured for one question. Arrays have one entry a topic; `features` is `(n, len(FEATURES))`.

    `weight` is how many topics each stands for, None for one. `unanswered` are the two figures of `EVIDENCE`.
    """

    @property
    def features(self) -> Numbers: ...
    @property
    def text(self) -> Numbers: ...
    @property
    def question(self) -> Numbers: ...
    @property
    def weight(self) -> Numbers | None: ...
    @property
    def unanswered(self) -> Numbers: ...


class TuneQuestion(BaseModel):
    """One line of a tune or evaluation file; an empty `gold` says that no document answers."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str = Field(min_length=1, max_length=2000)
    lang: Language
    gold: tuple[str, ...] = ()


class Calibration(BaseModel):
    """Weights of `FEATURES` and `EVIDENCE`, and the score from which on a question counts as answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fusion: tuple[float, ...] = Field(min_length=len(FEATURES), max_length=len(FEATURES))
    evidence: tuple[float, ...] = Field(min_length=len(EVIDENCE), max_length=len(EVIDENCE))
    intercept: float
    threshold: float = Field(gt=0, lt=1)
    questions: int = Field(default=0, ge=0, description="how many questions it was fitted on")

    def fused(self, features: Numbers) -> Numbers:
        """`(n, len(FEATURES))` to `(n,)`: log-odds of being the right topic, up to a constant."""
        result: Numbers = (features * FEATURE_SCALE) @ np.array(self.fusion)
        return result

    def scores(self, found: Figures) -> Numbers:
        """`(n,)` in 0..1: the best topic's is the probability of an answer, the others' follow by odds."""
        fused = self.fused(found.features)
        logit = _evidence(found, fused) @ np.array(self.evidence) + self.intercept
        result: Numbers = np.exp(fused - fused.max()) / (1.0 + np.exp(-np.clip(logit, -60, 60)))
        return result


# Fitted on the sample shop's tune questions; a starting point for a shop that has none.
DEFAULT = Calibration(
    fusion=(4.24, 5.42, 4.54, 3.31, 0.0, 0.0, 0.0, 0.0),
    evidence=(1.96, 2.35, 1.37, 2.36, 1.29, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    intercept=-42.9,
    threshold=0.7,
)


@dataclass(frozen=True, slots=True)
class Example:
    """One question's topics: their features, their two cosines and which of them are right.

    `weight` is how many topics each stands for, None for one.
    """

    features: Numbers
    text: Numbers
    question: Numbers
    right: NDArray[np.bool_]
    weight: Numbers | None = None
    unanswered: Numbers = field(default_factory=lambda: np.zeros(2))

    @property
    def answerable(self) -> bool:
        return bool(self.right.any())


Measure = Callable[[TuneQuestion], Example]


def load_questions(path: Path) -> list[TuneQuestion]:
    """Read JSON Lines; raises `QuestionFileError` naming the file and the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionFileError(f"{path}: cannot be read: {error}") from error
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(TuneQuestion.model_validate_json(line))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise QuestionFileError(f"{path}:{number}: {where}: {first['msg']}") from error
    return questions


def fit(questions: Iterable[TuneQuestion], measure: Measure) -> Calibration:
    """Learn both stages and choose the threshold on held-out folds.

    Each stage falls back to that of `DEFAULT` when there are too few questions to learn it from: the second one
    needs some that no document answers. A question whose gold no document holds (any more) is left out.
    """
    measured = [(question, measure(question)) for question in questions]
    examples = [example for question, example in measured if example.answerable or not question.gold]
    answerable = [example for example in examples if example.answerable]
    if len(answerable) < 2 * FOLDS:
        return DEFAULT
    if len(examples) - len(answerable) < 2 * FOLDS:
        return DEFAULT.model_copy(update={"fusion": _fusion(answerable), "questions": len(examples)})
    threshold = _threshold(held_out(examples), [example.answerable for example in examples])
    return _learn(examples).model_copy(update={"threshold": threshold, "questions": len(examples)})


def is_right(topic: str, gold: Iterable[str]) -> bool:
    """Gold may name a topic or a whole document."""
    return topic in gold or topic.partition("#")[0] in gold


def held_out(examples: Sequence[Example]) -> list[float]:
    """Each question's best score, by a model that was fitted on the other folds."""
    from sklearn.model_selection import StratifiedKFold

    answerable = np.array([example.answerable for example in examples])
    tops = np.zeros(len(examples))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for train, rest in folds.split(np.zeros(len(examples)), answerable):
        model = _learn([examples[i] for i in train])
        for i in rest:
            tops[i] = model.scores(examples[i]).max()
    return [float(top) for top in tops]


def _learn(examples: Sequence[Example]) -> Calibration:
    # Loading it takes seconds, which nobody who only searches shall wait for.
    from sklearn.linear_model import LogisticRegression

    model = DEFAULT.model_copy(update={"fusion": _fusion([e for e in examples if e.answerable])})
    evidence = [_evidence(example, model.fused(example.features)) for example in examples]
    regression = LogisticRegression(max_iter=5000, tol=1e-8).fit(evidence, [e.answerable for e in examples])
    weights, (intercept,) = _rounded(regression.coef_[0]), _rounded(regression.intercept_)
    return model.model_copy(update={"evidence": weights, "intercept": intercept})


def _fusion(examples: Sequence[Example]) -> tuple[float, ...]:
    from scipy.optimize import minimize

    features = np.concatenate([example.features for example in examples]) * FEATURE_SCALE
    right = np.concatenate([example.right for example in examples])
    weight = np.concatenate([np.ones(len(e.right)) if e.weight is None else e.weight for e in examples])
    sizes = np.array([len(example.right) for example in examples])
    starts = np.cumsum(sizes) - sizes

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        fused = features @ weights
        odds = weight * np.exp(fused - np.repeat(np.maximum.reduceat(fused, starts), sizes))
        all_odds, right_odds = np.add.reduceat(odds, starts), np.add.reduceat(odds * right, starts)
        surplus = odds / np.repeat(all_odds, sizes) - odds * right / np.repeat(right_odds, sizes)
        total = np.log(all_odds / right_odds).mean() + PENALTY * weights @ weights / 2
        return float(total), features.T @ surplus / len(examples) + PENALTY * weights

    found = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B", options=PRECISE)
    return _rounded(found.x)


def _rounded(weights: Numbers) -> tuple[float, ...]:
    # Sums over many threads differ in their last bits; the same input shall give the same snapshot.
    return tuple(round(float(weight), 3) for weight in weights)


def _evidence(found: Figures, fused: Numbers) -> Numbers:
    best = int(fused.argmax())
    others = np.delete(fused, best)
    following = np.sort(np.partition(others, -NEXT)[-NEXT:] if len(others) > NEXT else others)[::-1]
    lead = fused[best] - following.mean() if len(following) else 0.0
    keyword, coverage, *learned = found.features[best, 2:]
    whole = _spread(fused, found.weight), lead
    figures = [found.text[best], found.question[best], keyword, *whole, coverage, fused[best], *learned]
    result: Numbers = np.array([*figures, *found.unanswered]) * EVIDENCE_SCALE
    return result


def _spread(fused: Numbers, weight: Numbers | None) -> float:
    if weight is None:
        return float(fused.std())
    # The topics that were not measured are spread like the sample that stands for them.
    mean = np.average(fused, weights=weight)
    return float(np.sqrt(np.average((fused - mean) ** 2, weights=weight)))


def _threshold(tops: Sequence[float], answerable: Sequence[bool]) -> float:
    """Where the two kinds of error, as shares of their kind and against what is allowed of each, add up to least."""
    scores, kinds = np.array(tops), np.array(answerable)
    cuts = np.unique(np.concatenate([(np.sort(scores)[1:] + np.sort(scores)[:-1]) / 2, [DEFAULT.threshold]]))
    cuts = cuts[(cuts > 0) & (cuts < 1)]
    errors = [
        (scores[kinds] < cut).mean() / REFUSED + (scores[~kinds] >= cut).mean() / ANSWERED for cut in cuts
    ]
    return round(float(cuts[int(np.argmin(errors))]), 3)


def dumps(calibration: Calibration) -> str:
    """JSON with the names of the features, for people who look into a snapshot."""
    return (
        json.dumps({"features": FEATURES, "evidence_of": EVIDENCE, **calibration.model_dump()}, indent=1)
        + "\n"
    )


def loads(text: str) -> Calibration:
    """Raises `ValueError` for anything that `dumps` would not write."""
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("not an object")
    if (tuple(fields.pop("features", ())), tuple(fields.pop("evidence_of", ()))) != (FEATURES, EVIDENCE):
        raise ValueError("made for other features")
    return Calibration.model_validate(fields)
