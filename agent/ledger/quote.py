"""What of a passage may be shown: all but the lines that speak to a language model, and what nobody may demand."""

from __future__ import annotations

from dataclasses import replace

from agent.ledger.demands import addresses_assistant, planted
from agent.ledger.instructions import instruction
from agent.ledger.words import Words, without_enumeration, words_of
from agent.sentences import split_sentences
from retrieval.passages import Passage, plain
from tools.domain import Language

QUOTE_LENGTH = 240


def cleared(passage: Passage) -> Passage:
    """A passage with blanks for what must not be shown, so that all places stay what they are.

    Where a line turns to a model, what follows in the same line is part of its orders.
    """
    text = "\n".join(_cleared(line) for line in passage.text.split("\n"))
    return passage if text == passage.text else replace(passage, text=text)


def _cleared(line: str) -> str:
    place = 0
    for sentence in split_sentences(line):
        place = line.find(sentence, place)
        if instruction(sentence) or addresses_assistant(sentence):
            return line[:place] + " " * (len(line) - place)
        if planted(sentence):
            line = line[:place] + " " * len(sentence) + line[place + len(sentence) :]
        place += len(sentence)
    return line


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
