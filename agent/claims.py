"""What a reply says before and after it is checked, and what each statement rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from retrieval.passages import Passage
from retrieval.search import Hit


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a sentence comes from. `n` is the number in square brackets in the reply."""

    n: int
    passage_id: str
    document_id: str
    title: str
    heading: str
    revision: str
    quote: str


@dataclass(frozen=True, slots=True)
class Support:
    """What a claim rests on: `source` is "passage:ID", "title:ID", "field:PATH" or "template:NAME".

    `quote` are the letters from `start` to `end` of that text.
    """

    source: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """One thing that a sentence says: `said` are its letters from `start` to `end`, `value` what they mean.

    `kind` is money, duration, date, clock, weekday, share, measure, number, id, contact, link, name, rule or
    promise. `support` is None where nothing supports it.
    """

    kind: str
    said: str
    start: int
    end: int
    value: str
    support: Support | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One checked statement: the sentence, what had to be supported, by what, and the verdict.

    `values` are the figures, numbers and links among its `parts`, each once.
    """

    sentence: str
    values: tuple[str, ...]
    source: str
    supported: bool
    why: str = ""
    parts: tuple[ClaimPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A piece of a reply before it is checked.

    Fixed pieces have `text`, made by our own templates from typed facts. Answers from knowledge have
    `sentences`, written by the model as it is asked for the next one, and `hits` that they may rest on.
    `cites` are passages that a fixed piece stands on, `facts` the values that its template was filled with.
    """

    part: str
    text: str = ""
    sentences: Iterator[str] | None = None
    hits: tuple[Hit, ...] = ()
    cites: tuple[Passage, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]
