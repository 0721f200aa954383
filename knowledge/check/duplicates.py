"""Check 6: the same text, or the same listed question, in two places."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from knowledge.check.findings import Finding, shortened
from knowledge.check.sections import Section
from retrieval.passages import Passage, plain
from retrieval.tokenizer import normalise, tokenize

# The share of common words (counted as often as they stand) from which on two passages are one.
NEAR = 0.9
# Shorter passages are alike by chance.
_SHORTEST = 8
# Passages that share none of their rarest words are not near.
_RAREST = 6
# Of so many that share a word not all pairs are looked at: a text that repeats itself must not cost minutes.
_MOST_ALIKE = 300
_MARK = re.compile(r"[^\w\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class _Text:
    section: Section
    passage: Passage
    words: Counter[str]
    letters: str


def check_duplicates(
    sections: Iterable[Section], changed: Collection[str] | None = None
) -> Iterator[Finding]:
    everything = list(sections)
    texts = [_text(section, passage) for section in everything for passage in section.passages]
    for language in ("zh", "en"):
        those = [
            each for each in texts if each.passage.language == language and each.words.total() >= _SHORTEST
        ]
        told: set[str] = set()
        for one, other in _candidates(those):
            if {one.passage.id, other.passage.id} & told:
                # Of many alike each is told once.
                continue
            if changed is None or {one.section.document.key, other.section.document.key} & set(changed):
                found = list(_compare(one, other))
                told.update(other.passage.id for _ in found)
                yield from found
    yield from _questions(everything)


def _text(section: Section, passage: Passage) -> _Text:
    text = plain(passage.text)
    return _Text(section, passage, Counter(tokenize(text)), _MARK.sub("", normalise(text)))


def _candidates(texts: list[_Text]) -> Iterator[tuple[_Text, _Text]]:
    """Pairs that share one of their rarest words: .9 of common words cannot lack all of them."""
    known = Counter(word for each in texts for word in each.words)
    groups: dict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(texts):
        for word in sorted(each.words, key=lambda word: (known[word], word))[: _rare(each)]:
            groups[word].append(place)
    pairs = {
        (a, b)
        for group in groups.values()
        for at, a in enumerate(group[:_MOST_ALIKE])
        for b in group[at + 1 : _MOST_ALIKE]
    }
    for a, b in sorted(pairs):
        yield texts[a], texts[b]


def _rare(text: _Text) -> int:
    return max(_RAREST, int(len(text.words) * (1 - NEAR)) + 1)


def _compare(one: _Text, other: _Text) -> Iterator[Finding]:
    if one.letters == other.letters:
        yield _found("duplicates.exact", one, other, "says word for word what")
    elif _overlap(one.words, other.words) >= NEAR:
        yield _found("duplicates.near", one, other, "says almost word for word what")


def _overlap(one: Counter[str], other: Counter[str]) -> float:
    common = (one & other).total()
    return common / max(1, (one | other).total())


def _found(code: str, one: _Text, other: _Text, what: str) -> Finding:
    return Finding(
        "warning", code, one.section.document.key, one.passage.id, one.section.line_of(plain(one.passage.text)),
        f"This passage {what} {other.passage.id} says. Keep one of them and name the other's questions there.",
        other=other.passage.id, quote=shortened(one.passage.text), other_quote=shortened(other.passage.text),
    )  # fmt: skip


def _questions(sections: list[Section]) -> Iterator[Finding]:
    first: dict[tuple[str, str], tuple[Section, Passage]] = {}
    for section in sections:
        for passage in section.passages:
            for question in passage.questions:
                key = passage.language, _MARK.sub("", normalise(question))
                other, other_passage = first.setdefault(key, (section, passage))
                if other.topic != section.topic:
                    yield Finding(
                        "warning", "duplicates.question", section.document.key, passage.id, section.line,
                        f'"{question}" is listed by {other_passage.id} too. Leave it where it is answered.',
                        other=other_passage.id, quote=shortened(question), other_quote=shortened(question),
                    )  # fmt: skip
