"""Grouping questions by meaning."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.gaps.clusters import cluster
from knowledge.gaps.reference import Reference
from knowledge.gaps.unanswered import Unanswered, in_order
from knowledge.gaps.wording import has_content, same_words
from retrieval.embeddings import Vectors

# A question that repeats an earlier one is shown only when there is nothing more different to show.
VARIETY = 0.7
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Nearest:
    """The passage that comes nearest and the probability (0..1) that it answers."""

    passage_id: str
    score: float


@dataclass(frozen=True)
class Gap:
    """Questions of one meaning. `title` is the most central one, in a customer's words.

    `questions` are up to five different ones, the most central first and then the most different;
    `languages` and `channels` count the askings, `turn_ids` names their turns from first to last.
    """

    title: str
    count: int
    first: datetime
    last: datetime
    languages: dict[str, int]
    channels: dict[str, int]
    questions: tuple[str, ...]
    turn_ids: tuple[str, ...]
    nearest: Nearest | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """Askings in the same words: their places among the questions, and the one that speaks for them."""

    speaker: int
    places: tuple[int, ...]


def wordings(questions: Sequence[Unanswered]) -> list[Wording]:
    """Different wordings that hold a content word, the most frequent first; linear in the questions.

    The variant that most customers typed speaks for the others, of equals the earliest.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for place in in_order(questions):
        if has_content(questions[place].question):
            found[same_words(questions[place].question)].append(place)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Wording(_speaker(questions, places), tuple(places)) for _, places in ordered]


def group(questions: Sequence[Unanswered], vectors: Vectors, reference: Reference | None = None) -> list[Gap]:
    """Gaps by count, then by the last asking; questions without a content word are in none.

    `vectors`: one unit vector a question, `(n, dimensions)`; `reference` belongs to the same model, without
    one they are compared as they are. Same words always meet. The order of the questions does not matter.
    For n different wordings of d dimensions: time O(min(n, B) n d), memory O(B² + n d) with B = 4,000, see
    `clusters.cluster`. `ValueError` when vectors and questions differ in number.
    """
    if len(questions) != len(vectors):
        raise ValueError(f"{len(questions)} questions and {len(vectors)} vectors")
    different = wordings(questions)
    if not different:
        return []
    speakers = [each.speaker for each in different]
    languages = [questions[speaker].language for speaker in speakers]
    spread = vectors[speakers]
    if reference is not None:
        spread = reference.spread(spread, languages)
    members: dict[int, list[int]] = defaultdict(list)
    for number, label in enumerate(cluster(spread, languages)):
        members[int(label)].append(number)
    made = [_gap(questions, [different[i] for i in ours], spread[ours]) for ours in members.values()]
    return sorted(made, key=lambda gap: (-gap.count, -gap.last.timestamp(), gap.turn_ids))


def _speaker(questions: Sequence[Unanswered], places: Sequence[int]) -> int:
    typed = Counter(questions[place].question for place in places)
    return max(places, key=lambda place: typed[questions[place].question])


def _gap(questions: Sequence[Unanswered], members: Sequence[Wording], vectors: Vectors) -> Gap:
    asked = [questions[place] for member in members for place in member.places]
    asked = [asked[place] for place in in_order(asked)]
    weights = np.array([len(member.places) for member in members], dtype=np.float32)
    shown = [questions[members[i].speaker].question for i in _to_show(vectors, weights)]
    return Gap(
        title=shown[0],
        count=len(asked),
        first=asked[0].at,
        last=asked[-1].at,
        languages=_counts(each.language for each in asked),
        channels=_counts(each.channel for each in asked),
        questions=tuple(shown),
        turn_ids=tuple(each.turn_id for each in asked),
    )


def _counts(values: Any) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))


def _to_show(vectors: Vectors, weights: NDArray[np.float32]) -> list[int]:
    """Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998); linear in the members."""
    # Rounded, so that of equally central ones the most frequent wins and not the last bit.
    central = (vectors @ np.average(vectors, axis=0, weights=weights)).round(5)
    chosen = [int(np.argmax(central))]
    nearest = vectors @ vectors[chosen[0]]
    while len(chosen) < min(SHOWN, len(vectors)):
        worth = ((1 - VARIETY) * central - VARIETY * nearest).round(5)
        worth[chosen] = -np.inf
        chosen.append(int(np.argmax(worth)))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return chosen
