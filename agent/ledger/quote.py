"""What of a passage may be shown: all but the sentences that speak to a language model."""

from __future__ import annotations

from dataclasses import replace

from agent.ledger.instructions import speaks_to_a_model
from agent.ledger.words import Words, without_enumeration, words_of
from agent.sentences import split_sentences
from retrieval.passages import Passage, plain
from tools.domain import Language

QUOTE_LENGTH = 240


def cleared(passage: Passage) -> Passage:
    """A passage with blanks where it gives orders to a model, so that all places stay what they are."""
    text = passage.text
    place = 0
    for sentence in split_sentences(passage.text):
        place = passage.text.find(sentence, place)
        if speaks_to_a_model(sentence):
            text = text[:place] + " " * len(sentence) + text[place + len(sentence) :]
        place += len(sentence)
    return passage if text == passage.text else replace(passage, text=text)


def lead(passage: Passage) -> str:
    """Its first sentence, letter for letter."""
    return (split_sentences(cleared(passage).text) or [""])[0][:QUOTE_LENGTH]


def nearest_sentence(said: Words, passage: Passage, language: Language) -> str:
    """The sentence of the passage that a claim rests on, letter for letter."""
    sources = split_sentences(cleared(passage).text) or [""]
    return max(sources, key=lambda source: said.share_in(words_of(source, language)))[:QUOTE_LENGTH]


def quotable(passage: Passage) -> str:
    """A passage as a reply: without marks; tables row by row. "" where nothing of it may be shown."""
    lines = [line.strip() for line in cleared(passage).text.splitlines()]
    return "\n".join(_row(line) for line in lines if line and set(line) - set("|-: "))


def _row(line: str) -> str:
    if line.startswith("|"):
        return " · ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
    bare = without_enumeration(line)
    mark = line[: len(line) - len(bare)]
    return mark + plain(bare)
