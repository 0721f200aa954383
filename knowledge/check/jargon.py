"""Check 8: terms that no customer uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

import yaml

from knowledge.check.findings import Finding
from knowledge.check.languages import finding
from knowledge.check.sections import Section
from knowledge.check.words import words_of

# Notes about words that are unknown, at most: a list of a hundred is read by nobody.
MOST = 20
# A word that so many sections use is the shop's own, whatever customers write.
_COMMON = 3


@lru_cache(maxsize=1)
def jargon() -> dict[str, dict[str, str]]:
    """Words of the trade by language, each with what customers say instead."""
    text = files("knowledge.check").joinpath("jargon.yaml").read_text(encoding="utf-8")
    listed: dict[str, dict[str, str]] = yaml.safe_load(text)
    return {
        language: {str(word): str(instead) for word, instead in words.items()}
        for language, words in listed.items()
    }


def check_jargon(
    sections: Iterable[Section], known_terms: Collection[str] | None = None
) -> Iterator[Finding]:
    """Words of our list anywhere, and words of headings and listed questions that are not in `known_terms`."""
    everything = list(sections)
    for section in everything:
        yield from _listed(section)
    if known_terms:
        yield from _unknown(everything, known_terms)


def _listed(section: Section) -> Iterator[Finding]:
    language = section.document.language
    text = f"{section.heading}\n{section.text}"
    for word, instead in jargon()[language].items():
        if not _pattern(word).search(text):
            continue
        piece = next((piece.text for piece in section.pieces if _pattern(word).search(piece.text)), "")
        yield finding(
            "note", "jargon.listed", section, piece, f'Customers do not say "{word}". Write instead: {instead}.'
        )  # fmt: skip


@lru_cache(maxsize=256)
def _pattern(word: str) -> re.Pattern[str]:
    flags = re.NOFLAG if word.isupper() else re.IGNORECASE
    return re.compile(rf"(?<![A-Za-z0-9]){word}(?![A-Za-z0-9])" if word.isascii() else word, flags)


def _unknown(sections: list[Section], known_terms: Collection[str]) -> Iterator[Finding]:
    known = {word for term in known_terms for word in words_of(term)}
    used = Counter(word for section in sections for word in words_of(section.heading))
    notes: list[tuple[int, Finding]] = []
    for section in sections:
        asked = known | {
            word for passage in section.passages for each in passage.questions for word in words_of(each)
        }
        words = [
            word for word in words_of(_name(section)) if used[word] < _COMMON and not _known(word, asked)
        ]
        for word in sorted(words):
            notes.append(
                (len(word), _note(section, "heading", _surface(word, _name(section)), _name(section)))
            )
        for passage in section.passages:
            for question in passage.questions:
                strange = [word for word in words_of(question) if not _known(word, known)]
                if len(strange) > len(words_of(question)) / 2:
                    notes.append((len(question), _note(section, "question", question, question)))
    # The longest words are the least likely to be a customer's.
    for _, note in sorted(notes, key=lambda each: -each[0])[:MOST]:
        yield note


def _note(section: Section, where: str, word: str, quote: str) -> Finding:
    message = f'No customer has written "{word}" yet, which stands in this {where}. Write it as customers do.'
    return replace(finding("note", "jargon.unknown", section, "", message), quote=quote)


def _name(section: Section) -> str:
    return section.heading.rpartition(" › ")[2]


def _surface(stem: str, text: str) -> str:
    """The word of a text that has this stem."""
    return next((word for word in re.findall(r"[\w'-]+", text) if stem in words_of(word)), stem)


def _known(word: str, known: Collection[str]) -> bool:
    return len(word) < 2 or word in known or _partly_known(word, known)


def _partly_known(word: str, known: Collection[str]) -> bool:
    """Chinese words are cut differently from text to text: 退货单 is known by 退货."""
    return not word.isascii() and any(word[at : at + 2] in known for at in range(len(word) - 1))
