"""Check 2: two passages in one language that give different figures for the same thing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from agent.ledger.concepts import acts_in
from knowledge.check.findings import Finding
from knowledge.check.languages import finding
from knowledge.check.matching import spoken
from knowledge.check.sections import Section
from knowledge.check.statements import Statement, statements
from knowledge.check.words import Weights, words_of
from retrieval.documents import Language

if TYPE_CHECKING:
    from retrieval.embeddings import Vectors

# Texts to one vector each, a row a text.
Embed = Callable[[list[str]], "Vectors"]

# How alike two phrases without their figures have to be (cosine, 0..1), so that their figures should be the
# same. They speak of the same case then; one that names a case which the other leaves open is its exception.
LIKE: Mapping[Language, float] = {"zh": 0.6, "en": 0.6}
# With an embedding: the cosine of the phrases' vectors that does as well.
LIKE_IN_MEANING = 0.9
# What holds where nothing else is said.
_USUAL = frozenset({"no_reason", "standard"})
# What almost every rule speaks of.
_GENERAL = frozenset({"pay", "open", "modify"})
# A phrase of fewer words says too little without its sentence.
_FEW = 3
# Of so many statements about one act not all are compared: a text that repeats itself must not cost minutes.
_MOST_ALIKE = 1500
_EXAMPLE = re.compile(r"例如|比如|举例|for example|e\.g\.|for instance", re.IGNORECASE)
_HOURS = frozenset({"person", "phone"})


def check_contradictions(
    sections: Iterable[Section], embed: Embed | None = None, changed: Collection[str] | None = None
) -> Iterator[Finding]:
    """Compare every rule with every other one of its language; with `changed` only those of these documents."""
    by_language: dict[Language, list[Section]] = defaultdict(list)
    for section in sections:
        by_language[section.document.language].append(section)
    for language, those in by_language.items():
        yield from _Comparison(statements(those), language, embed).findings(changed)


class _Comparison:
    def __init__(self, stated: list[Statement], language: Language, embed: Embed | None) -> None:
        self.stated, self.language = _once(stated), language
        self.hours = [each for each in stated if each.kind == "clock"]
        self.acts = [_acts(each) for each in self.stated]
        self.words = [_words(each) for each in self.stated]
        self.weights = Weights(each.words for each in self.stated)
        self.vectors = _vectors(self.stated, embed)
        self.said: dict[tuple[str, str, str], set[Fraction | str]] = defaultdict(set)
        for each in stated:
            self.said[each.section.topic, each.kind, each.act].add(each.quantity.value)

    def findings(self, changed: Collection[str] | None) -> Iterator[Finding]:
        seen: set[frozenset[tuple[str, object]]] = set()
        for place, after in self._pairs(changed):
            one, other = self.stated[place], self.stated[after]
            if not _touched(changed, one, other) or not self._comparable(one, other):
                continue
            pair = frozenset((each.section.topic, each.quantity.key) for each in (one, other))
            if pair not in seen and self._alike(place, after):
                seen.add(pair)
                yield _contradiction(one, other)
        yield from _hours(self.hours, changed)

    def _pairs(self, changed: Collection[str] | None) -> Iterator[tuple[int, int]]:
        """Places of statements of one kind and one act, which alone may contradict each other; with `changed` only
        pairs that one of these documents has a part in."""
        groups: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, each in enumerate(self.stated):
            for act in self.acts[place] if each.kind != "contact" else ("contact",):
                groups[each.kind, act].append(place)
        yield from dict.fromkeys(pair for group in groups.values() for pair in self._within(group, changed))

    def _within(self, group: list[int], changed: Collection[str] | None) -> Iterator[tuple[int, int]]:
        if changed is None:
            return combinations(group[:_MOST_ALIKE], 2)
        touched = [place for place in group if self.stated[place].section.document.key in changed]
        return (
            (min(one, other), max(one, other))
            for one in touched[:_MOST_ALIKE]
            for other in group[: 10 * _MOST_ALIKE]
            if one != other
        )

    def _comparable(self, one: Statement, other: Statement) -> bool:
        if one.section.topic == other.section.topic:
            return False
        ours = self.said[one.section.topic, one.kind, one.act]
        theirs = self.said[other.section.topic, other.kind, other.act]
        return one.quantity.value not in theirs and other.quantity.value not in ours

    def _alike(self, one: int, other: int) -> bool:
        a, b = self.stated[one], self.stated[other]
        if a.kind == "contact":
            return _slip(str(a.quantity.value), str(b.quantity.value))
        if _scope(a) != _scope(b):
            return False
        if self.vectors is not None and float(self.vectors[one] @ self.vectors[other]) >= LIKE_IN_MEANING:
            return True
        return self.weights.cosine(self.words[one], self.words[other]) >= LIKE[self.language]


def _once(stated: Sequence[Statement]) -> list[Statement]:
    """The rules among what is stated; what a section repeats word for word stands once."""
    rules = ((each.section.topic, each.quantity.key, each.phrase, each) for each in stated if _rule(each))
    return list({(topic, key, phrase): each for topic, key, phrase, each in rules}.values())


def _rule(statement: Statement) -> bool:
    return statement.kind != "clock" and not _EXAMPLE.search(statement.piece.text)


def _vectors(stated: Sequence[Statement], embed: Embed | None) -> Vectors | None:
    if embed is None or not stated:
        return None
    vectors = embed([f"{each.section.heading}: {each.phrase}" for each in stated])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit


def _words(statement: Statement) -> frozenset[str]:
    """What a statement is about: its words, what is done and in which case."""
    text, words = statement.phrase, statement.words
    if len(words) < _FEW:
        text = f"{' '.join(statement.piece.head)} {statement.piece.text}"
        words |= words_of(f"{text} {statement.section.heading}")
    acts = acts_in(text, statement.section.document.language)
    return words | {f"act:{act}" for act in acts} | {f"case:{case}" for case in _scope(statement)}


def _acts(statement: Statement) -> frozenset[str]:
    language, section = statement.section.document.language, statement.section
    sentence = f"{' '.join(statement.piece.head)} {statement.piece.text}"
    title = f"{section.heading} {section.document.title}"
    for text in (statement.phrase, sentence, title):
        if acts := acts_in(text, language) - _GENERAL:
            return acts
    return frozenset()


def _scope(statement: Statement) -> frozenset[str]:
    """The cases that a figure holds in: those its phrase names, else those of its sentence and heading."""
    return (statement.near or statement.facets) - _USUAL


def _touched(changed: Collection[str] | None, *those: Statement) -> bool:
    return changed is None or any(each.section.document.key in changed for each in those)


def _slip(one: str, other: str) -> bool:
    """Whether two numbers or addresses differ in one or two places only."""
    return (
        len(one) == len(other)
        and len(one) >= 7
        and 0 < sum(a != b for a, b in zip(one, other, strict=True)) <= 2
    )


def _contradiction(one: Statement, other: Statement) -> Finding:
    return finding(
        "warning", "documents.figure", one.section, one.piece.text,
        f"Says {spoken(one.quantity)} where {other.piece.passage.id} says {spoken(other.quantity)} in words that are "
        "alike. Correct one of them, or say in which case each holds.",
        other=other.piece.passage.id, other_quote=other.piece.text,
    )  # fmt: skip


def _hours(stated: Sequence[Statement], changed: Collection[str] | None) -> Iterator[Finding]:
    """Opening hours of staff or of the phone that differ from those that most passages name."""
    spans: dict[tuple[frozenset[str], str], dict[Statement, tuple[str, str]]] = defaultdict(dict)
    for one, other in pairwise(stated):
        scope = _who(one)
        if one.piece is other.piece and one.phrase == other.phrase and len(scope) == 1:
            spans[scope, one.kind][one] = (spoken(one.quantity), spoken(other.quantity))
    for those in spans.values():
        usual, count = Counter(those.values()).most_common(1)[0]
        model = next(each for each, span in those.items() if span == usual)
        for each, span in those.items():
            if span != usual and count > 1 and _touched(changed, each, model):
                yield finding(
                    "warning", "documents.hours", each.section, each.piece.text,
                    f"Says {'-'.join(span)} where most passages, such as {model.piece.passage.id}, say {'-'.join(usual)}. "
                    "Correct one of them, or say what is different here.",
                    other=model.piece.passage.id, other_quote=model.piece.text,
                )  # fmt: skip


def _who(statement: Statement) -> frozenset[str]:
    if "holiday" in statement.facets:
        return frozenset()
    return statement.near & _HOURS or statement.stated & _HOURS
